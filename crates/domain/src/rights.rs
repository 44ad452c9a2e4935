//! What the permissions of a tenant's people and those of staff have in common. They stay different
//! types: a right of one world is never a right of the other.

use std::collections::BTreeSet;

/// A permission that has a key by which a role, an API key and a program name it.
pub trait Right: Copy + Ord + 'static {
    /// Every one there is, in the order of the matrix.
    const ALL: &'static [Self];

    /// As it is stored and shown to machines: `users:manage`.
    fn key(self) -> &'static str;

    /// The one with this key.
    fn from_key(key: &str) -> Option<Self>;
}

/// A set of permissions, as a role or an API key holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights<R>(BTreeSet<R>);

impl<R> Default for Rights<R> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<R: Right> Rights<R> {
    /// The set of these.
    #[must_use]
    pub fn of(rights: &[R]) -> Self {
        Self(rights.iter().copied().collect())
    }

    /// Every one there is; an owner's.
    #[must_use]
    pub fn all() -> Self {
        Self::of(R::ALL)
    }

    /// The set with these keys. A key that this version does not know gives nothing.
    pub fn from_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().filter_map(R::from_key).collect())
    }

    /// The keys, sorted as the matrix is.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.iter().map(|right| right.key().to_owned()).collect()
    }

    /// Whether this one is in the set.
    #[must_use]
    pub fn allow(&self, right: R) -> bool {
        self.0.contains(&right)
    }

    /// Whether all of `other` is in this set: the rule that nobody gives more than they have.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn within(&self, bounds: &Self) -> Self {
        Self(self.0.intersection(&bounds.0).copied().collect())
    }

    /// The permissions, sorted as the matrix is.
    pub fn iter(&self) -> impl Iterator<Item = R> + '_ {
        self.0.iter().copied()
    }
}

/// An enumeration of permissions, `$right`, and for each a type that implements `$access`, so that a verb
/// can ask for it in its signature.
macro_rules! rights {
    (
        $(#[$meta:meta])*
        $right:ident as $access:ident, $needs:ident {
            $($name:ident $key:literal $words:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $right {
            $(#[doc = $words] $name),*
        }

        impl $right {
            /// Every permission, in the order of the matrix.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is stored and shown to machines: `users:manage`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// As it is shown to people.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// The permission with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }
        }

        impl $crate::rights::Right for $right {
            const ALL: &'static [Self] = Self::ALL;

            fn key(self) -> &'static str {
                self.key()
            }

            fn from_key(key: &str) -> Option<Self> {
                Self::from_key(key)
            }
        }

        impl std::fmt::Display for $right {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.key())
            }
        }

        $(
            #[doc = $words]
            #[derive(Debug)]
            pub struct $name;
            impl $access for $name {
                const NEEDS: $needs = $needs::Permission($right::$name);
            }
        )*
    };
}

pub(crate) use rights;
