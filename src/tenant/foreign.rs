//! Sessions of other tenants: they open nothing here, and the log tells of them.

use std::sync::Arc;

use domain::Access;
use domain::permission::Anyone;
use services::{Credential, TenantTx, VerbError, sessions};

use super::Tenant;
use crate::session;

impl<P: Access> Tenant<P> {
    /// A session of another tenant opens nothing here, and the log tells of it.
    pub(super) async fn note_foreign(&self) {
        if !session::is_foreign(&self.http, self.id()) {
            return;
        }
        let (app, entry) = (self.app.clone(), Arc::clone(&self.entry));
        let (request, limits) = (self.request.clone(), self.limits());
        let asker = Arc::clone(&self.entry);
        let noted = self.app.within(&asker, move || {
            let (scope, anyone) = (&entry.scope, Credential::Anonymous);
            let note = |tx: &mut TenantTx<'_, Anyone>| Ok(sessions::note_foreign(tx, &limits)?);
            app.store
                .tenant::<Anyone, (), VerbError>(scope, anyone, &request, note)
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "a session of another tenant is missing from the audit log");
        }
    }
}
