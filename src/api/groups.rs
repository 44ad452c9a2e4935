//! What is to be known of a group of routes before its first: the reference and the description say it.

/// What is said of the group with this name, if anything is.
#[must_use]
pub fn about(group: &str) -> Option<&'static str> {
    Some(match group {
        "Visits" => {
            "Programs ask for visits, decide about them, list and end them. None comes in: whoever visits enters in a browser, signed in to the platform, by a ticket that works once, and the tenant sees each page that is read. A platform key that one of the staff made asks for its maker alone; any other says whom it asks for."
        }
        "Moves" => {
            "A tenant is moved while its people work: everything is copied, what was written meanwhile follows, both places are compared, and for the hand-over its requests wait for a moment. A worker does the steps; the answer to each call says how far it is. The old copy is kept for some days, and until then the move can be undone with everything that was written since."
        }
        "Migrations" => {
            "The tables of your application lie beside Tenantry's in every schema of tenants. Your folder of migrations is taken over when a process starts that has it configured; a rollout brings every schema to a version, the canaries first, then wave by wave, the shared tables last. A schema is brought there whole or stays as it was, and what failed can be tried again by itself. A worker does it; the answer to each call says how far it is."
        }
        "Plans" => {
            "What a plan gives and costs is kept in versions. Changing it makes a new one, which tenants get who come to it; who is on an older one stays there until moved, and is told what changes. A key of a tenant is shown what it may choose and what it has. A limit of a tenant's own stands above its plan's, with a reason and, where that is said, an end."
        }
        "Limits" => {
            "A tenant's key asks for other limits and is told what they cost; `dry_run` tells it without asking. The platform approves, with other numbers where it likes, or declines. A key of the platform with `billing_approval` gives them at once. What was approved is written down first and then brought to the tenant: each step is completed when the tenant has its new number."
        }
        "Ownership" => {
            "The key of an owner offers the tenant to another person and takes the offer back. The yes is that person's own: by the link in their letter, signed in, within three days. No key accepts."
        }
        "Schema" => {
            "A key of a tenant is told of the tenant's own rows and what they take, wherever they lie; a key of the platform what the server says of the tables, and what could be better about their indexes. Beside each figure stands whether it is reckoned. These routes have a limit of their own: 25 requests a minute for a key, where nothing else is configured."
        }
        "Analytics" => {
            "What is not known is null, and `absent` says why. A key of a tenant reads its own where its plan has advanced analytics; a key of the platform any tenant's. Tenants are compared from what was added up of them within the last hour: no tenant's rows are read for it, and no tenant's key may ask."
        }
        "Staff" => {
            "Whoever is invited chooses a password by the link in their letter. There is always an active owner, and no key gives or touches more than it holds itself."
        }
        _ => return None,
    })
}
