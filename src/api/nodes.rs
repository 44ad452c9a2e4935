//! The servers that tenants' own databases are on.

mod fields;

use domain::staff::{ManageNodes, ReadNodes};
use services::nodes::{self, Node, Wish};
use services::{StaffTx, VerbError};

use super::door::Door;
use super::fields::Nothing;
use super::{Body, Outcome, PlatformApi, Query};
use fields::NodeFields;
pub use fields::{ChangeNode, NewNode, NodePassword, Nodes, OneNode, RemovedNode};

/// `GET /nodes`
///
/// # Errors
/// No right, or no database.
pub async fn list(api: PlatformApi<ReadNodes>, query: Query<Nothing>) -> Outcome<Nodes> {
    api.read(query, |tx, _| {
        let all = nodes::list(tx)?.into_iter();
        Ok(Nodes {
            nodes: all.map(NodeFields::from).collect(),
        })
    })
    .await
}

/// `GET /nodes/{node}`
///
/// # Errors
/// No right, no such server, or no database.
pub async fn read(api: PlatformApi<ReadNodes>, query: Query<Nothing>) -> Outcome<OneNode> {
    let name = api.part::<String>("node");
    api.read(query, move |tx, _| {
        Ok(nodes::find(tx, name.as_deref().unwrap_or_default())?.into())
    })
    .await
}

/// `POST /nodes`: the server is looked at before it is written down, and made ready afterwards.
///
/// # Errors
/// No right, a name that is taken, an address at which tenants cannot live, or no database.
pub async fn add(api: PlatformApi<ManageNodes>, body: Body<NewNode>) -> Outcome<OneNode, 201> {
    let (body, bytes) = api.body(body).await?;
    api.prove().await?;
    let wish = Wish::read(&body.name, &body.address, body.room).map_err(VerbError::from)?;
    let store = api.app().store.clone();
    api.once(&bytes, move |tx| {
        // Where the answer is remembered: whoever asks twice is not told that the server is taken.
        nodes::try_address(&store, &wish.owner_url, None)?;
        Ok(nodes::add(tx, &wish)?.into())
    })
    .await
}

/// `PUT /nodes/{node}`
///
/// # Errors
/// No right, no such server, an address at which it is not, or no database.
pub async fn change(api: PlatformApi<ManageNodes>, body: Body<ChangeNode>) -> Outcome<OneNode> {
    let name = api.part::<String>("node").unwrap_or_default();
    let store = api.app().store.clone();
    api.write(body, move |tx, body| {
        let mut node = nodes::find(tx, &name)?;
        if let Some(raw) = &body.address {
            let owner_url = fields::address(raw)?;
            nodes::try_address(&store, &owner_url, Some(node.id))?;
            node = nodes::readdress(tx, &name, &owner_url)?;
        }
        if let Some(room) = body.room {
            node = nodes::give_room(tx, &name, fields::room(room)?)?;
        }
        Ok(node.into())
    })
    .await
}

/// `DELETE /nodes/{node}`
///
/// # Errors
/// No right, no such server, one on which there is something, or no database.
pub async fn remove(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<RemovedNode> {
    let name = api.part::<String>("node").unwrap_or_default();
    api.write(body, move |tx, _| {
        Ok(RemovedNode {
            node: nodes::remove(tx, &name)?.name.to_string(),
            removed: true,
        })
    })
    .await
}

/// `POST /nodes/{node}/test`
///
/// # Errors
/// No right, no such server, or no database.
pub async fn test(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<OneNode> {
    deed(&api, body, nodes::look_now).await
}

/// `POST /nodes/{node}/preparation`
///
/// # Errors
/// No right, no such server, one that is ready, or no database.
pub async fn prepare(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<OneNode> {
    deed(&api, body, nodes::try_again).await
}

/// `POST /nodes/{node}/cordon`
///
/// # Errors
/// No right, no such server, one that is not ready, or no database.
pub async fn cordon(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<OneNode> {
    deed(&api, body, nodes::cordon).await
}

/// `DELETE /nodes/{node}/cordon`
///
/// # Errors
/// No right, no such server, one that is not ready, or no database.
pub async fn open(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<OneNode> {
    deed(&api, body, nodes::open).await
}

/// `POST /nodes/{node}/drain`
///
/// # Errors
/// No right, no such server, no other that takes databases, or no database.
pub async fn drain(api: PlatformApi<ManageNodes>, body: Body<Nothing>) -> Outcome<OneNode> {
    deed(&api, body, nodes::empty).await
}

/// `POST /nodes/{node}/password`
///
/// # Errors
/// No right, no such server, one that does not answer, or no database.
pub async fn renew_password(
    api: PlatformApi<ManageNodes>,
    body: Body<Nothing>,
) -> Outcome<NodePassword> {
    let name = api.part::<String>("node").unwrap_or_default();
    api.write(body, move |tx, _| {
        let (node, password) = nodes::renew_password(tx, &name)?;
        Ok(NodePassword {
            node: node.name.to_string(),
            login: services::boot::VENDOR_LOGIN.to_owned(),
            password,
        })
    })
    .await
}

async fn deed(
    api: &PlatformApi<ManageNodes>,
    body: Body<Nothing>,
    done: impl Fn(&mut StaffTx<'_, ManageNodes>, &str) -> Result<Node, VerbError> + Send + 'static,
) -> Outcome<OneNode> {
    let name = api.part::<String>("node").unwrap_or_default();
    api.write(body, move |tx, _| Ok(done(tx, &name)?.into()))
        .await
}
