//! Service clients: other systems that act for an organisation.

use crate::{
    db::{Changes, Db},
    error::Result,
    http::paging::Paging,
    id::{Id, OrganisationId, ServiceClientId},
    people::model::ServiceClient,
};

pub fn add_client(tx: Changes, client: &ServiceClient) -> Changes {
    tx.create(client.id.record(), client.clone())
}

pub fn save_client(tx: Changes, client: &ServiceClient, seen: i64) -> Changes {
    tx.replace(client.id.record(), seen, client.clone())
}

pub async fn client(db: &Db, id: ServiceClientId) -> Result<Option<ServiceClient>> {
    db.get(id).await
}

pub async fn clients(db: &Db, organisation: OrganisationId, paging: &Paging) -> Result<Vec<ServiceClient>> {
    db.run(
        "SELECT * FROM service_client WHERE organisation = $organisation AND state = 'active' AND sort_key < $before
         ORDER BY sort_key DESC LIMIT 101",
    )
    .bind("organisation", organisation)
    .bind("before", paging.before.clone())
    .all()
    .await
}
