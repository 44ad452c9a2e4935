//! What both doors of the API do with a request once it is known whose it is: read it strictly, prove the
//! access, do the work in one transaction, keep the answer for whoever asks again.

use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::VerbError;
use services::answers::{self, Keeps};

use super::body::{Body, Query};
use super::caller::Caller;
use super::fields::Nothing;
use super::{Answer, Fault, Outcome};
use crate::app::App;

/// A door of the API, of a tenant or of the platform.
pub(super) trait Door {
    /// The transaction behind it.
    type Tx<'a>: Keeps;

    /// Who asks.
    fn caller(&self) -> &Caller;

    /// Takes the work through the guard: one connection, one transaction.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Self::Tx<'_>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault>;

    /// Does a read and answers with what it found.
    async fn read<Q, T>(
        &self,
        query: Query<Q>,
        work: impl Fn(&mut Self::Tx<'_>, &Q) -> Result<T, VerbError> + Send + 'static,
    ) -> Outcome<T>
    where
        Q: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let query = self.query(query).await?;
        let found = self.run(move |tx| work(tx, &query)).await?;
        Ok(Answer::of(&found))
    }

    /// Does a write once, with the body that came, and keeps its answer for whoever asks again.
    async fn write<B, T, const STATUS: u16>(
        &self,
        body: Body<B>,
        work: impl Fn(&mut Self::Tx<'_>, &B) -> Result<T, VerbError> + Send + 'static,
    ) -> Outcome<T, STATUS>
    where
        B: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let (body, bytes) = self.body(body).await?;
        self.once(&bytes, move |tx| work(tx, &body)).await
    }

    /// Does a write that is asked for by its query; there is nothing to say in the body.
    async fn write_by_query<Q, T, const STATUS: u16>(
        &self,
        (query, body): (Query<Q>, Body<Nothing>),
        work: impl Fn(&mut Self::Tx<'_>, &Q) -> Result<T, VerbError> + Send + 'static,
    ) -> Outcome<T, STATUS>
    where
        Q: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let query = self.query(query).await?;
        let (Nothing {}, bytes) = self.parsed(body).await?;
        self.once(&bytes, move |tx| work(tx, &query)).await
    }

    /// Reads the body of a route that takes no query; what is wrong is told only to whoever may do the write.
    async fn body<B: DeserializeOwned>(&self, body: Body<B>) -> Result<(B, Vec<u8>), Fault> {
        let read = self.parsed(body).await?;
        if self.caller().http.query_string().is_empty() {
            return Ok(read);
        }
        let fault = Fault::malformed("This route takes no query.");
        Err(self.after_proof(fault).await)
    }

    /// Reads the body, whatever the query says.
    async fn parsed<B: DeserializeOwned>(&self, body: Body<B>) -> Result<(B, Vec<u8>), Fault> {
        let caller = self.caller();
        let read = body.read(caller.http.headers(), &caller.app.config.limits);
        match read.await {
            Ok(read) => Ok(read),
            Err(fault) => Err(self.after_proof(fault).await),
        }
    }

    /// Reads the query; what is wrong is told only to whoever may ask.
    async fn query<Q: DeserializeOwned>(&self, query: Query<Q>) -> Result<Q, Fault> {
        match query.read() {
            Ok(query) => Ok(query),
            Err(fault) => Err(self.after_proof(fault).await),
        }
    }

    /// The write of a body that was read already.
    async fn once<T, const STATUS: u16>(
        &self,
        bytes: &[u8],
        work: impl Fn(&mut Self::Tx<'_>) -> Result<T, VerbError> + Send + 'static,
    ) -> Outcome<T, STATUS>
    where
        T: Serialize + Send + 'static,
    {
        let wish = match self.caller().repeatable(bytes) {
            Ok(wish) => wish,
            Err(fault) => return Err(self.after_proof(fault).await),
        };
        let given = self.run(move |tx| {
            answers::once(tx, wish.as_ref(), STATUS, |tx| {
                Ok(serde_json::to_value(work(tx)?).unwrap_or_default())
            })
        });
        Ok(Answer::given(given.await??))
    }

    /// Proves the access and does nothing else: before work that costs something outside the database.
    async fn prove(&self) -> Result<(), Fault> {
        self.run(|_| Ok(())).await
    }

    /// The error of a request that was not done, once its key proved that it might have been.
    async fn after_proof(&self, fault: Fault) -> Fault {
        self.prove().await.err().unwrap_or(fault)
    }

    /// The part of the path with this name, read as `T`; what cannot be read is nowhere.
    fn part<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.http().match_info().get(name)?.parse().ok()
    }

    /// The request as it came.
    fn http(&self) -> &HttpRequest {
        &self.caller().http
    }

    /// What every request may use.
    fn app(&self) -> &Data<App> {
        &self.caller().app
    }
}
