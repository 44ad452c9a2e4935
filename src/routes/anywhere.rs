//! The routes that answer on any host and know nobody: what watches the server asks, and files of the build.

use crate::route::{AnyHost, table};
use crate::web::{assets, health, theme};

table! {
    domain::Access, domain::Needs;

    get  "/livez"                               AnyHost     health::live;
    get  "/readyz"                              AnyHost     health::ready;
    get  "/assets/{file}"                       AnyHost     assets::file;
    get  "/theme.css"                           AnyHost     theme::sheet;
    get  "/icon.svg"                            AnyHost     theme::icon;
}
