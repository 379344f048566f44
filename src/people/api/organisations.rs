//! JSON edge of organisations, and of first-run setup, which makes the first one.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{Enum, Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    http::{
        answer::{Found, IfMatch, Made, found, made},
        auth::{Auth, MaybeAuth},
        operation::IdempotencyKey,
    },
    id::OrganisationId,
    people::{model, organisations},
};

/// The operations on organisations.
pub struct OrganisationsApi;

/// What kind of body an organisation is.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A council with social services duties.
    LocalAuthority,
    /// A charity or community body.
    Voluntary,
    /// A health body.
    Health,
    /// A police force.
    Police,
    /// A school, college or their trust.
    Education,
    /// An inspectorate.
    Inspectorate,
    /// A professional body.
    ProfessionalBody,
    /// A university or other training provider.
    TrainingProvider,
}

impl From<OrganisationKind> for model::OrganisationKind {
    fn from(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::LocalAuthority => Self::LocalAuthority,
            OrganisationKind::Voluntary => Self::Voluntary,
            OrganisationKind::Health => Self::Health,
            OrganisationKind::Police => Self::Police,
            OrganisationKind::Education => Self::Education,
            OrganisationKind::Inspectorate => Self::Inspectorate,
            OrganisationKind::ProfessionalBody => Self::ProfessionalBody,
            OrganisationKind::TrainingProvider => Self::TrainingProvider,
        }
    }
}

impl From<model::OrganisationKind> for OrganisationKind {
    fn from(kind: model::OrganisationKind) -> Self {
        match kind {
            model::OrganisationKind::LocalAuthority => Self::LocalAuthority,
            model::OrganisationKind::Voluntary => Self::Voluntary,
            model::OrganisationKind::Health => Self::Health,
            model::OrganisationKind::Police => Self::Police,
            model::OrganisationKind::Education => Self::Education,
            model::OrganisationKind::Inspectorate => Self::Inspectorate,
            model::OrganisationKind::ProfessionalBody => Self::ProfessionalBody,
            model::OrganisationKind::TrainingProvider => Self::TrainingProvider,
        }
    }
}

/// An organisation.
#[derive(Debug, Object)]
struct Organisation {
    /// Its id.
    id: OrganisationId,
    /// Its name.
    name: String,
    /// Its kind.
    kind: OrganisationKind,
    /// Its revision.
    revision: i64,
}

impl From<model::Organisation> for Organisation {
    fn from(from: model::Organisation) -> Self {
        Self { id: from.id, name: from.name, kind: from.kind.into(), revision: from.revision }
    }
}

/// What a new organisation is to be.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewOrganisation {
    /// Its name.
    name: String,
    /// Its kind.
    kind: OrganisationKind,
}

/// A change to an organisation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct OrganisationChange {
    /// Its new name.
    name: String,
}

/// First-run setup.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Setup {
    /// The organisation that runs this installation.
    organisation: NewOrganisation,
    /// The first administrator's name.
    name: String,
    /// Their address.
    email: String,
    /// Their password: 12 characters or more.
    password: String,
}

/// What setup waits for.
#[derive(Debug, Object)]
struct SetupOffer {
    /// Whether this address still sets the service up.
    ready: bool,
    /// What to do.
    next: String,
}

#[OpenApi]
impl OrganisationsApi {
    /// Does this setup address still work?
    #[oai(path = "/setup/:link", method = "get", operation_id = "get_setup", tag = "Tag::People")]
    async fn get_setup(&self, _auth: MaybeAuth, app: Data<&Arc<App>>, link: Path<String>) -> poem::Result<Json<SetupOffer>> {
        organisations::check_setup(&app, &link).await?;
        let next = "PUT organisation, name, email and password to this same address.".to_owned();
        Ok(Json(SetupOffer { ready: true, next }))
    }

    /// Set the service up, once: the first organisation and its first administrator.
    #[oai(path = "/setup/:link", method = "put", operation_id = "set_up", tag = "Tag::People")]
    async fn set_up(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        link: Path<String>,
        body: Json<Setup>,
    ) -> poem::Result<Json<Organisation>> {
        let Setup { organisation, name, email, password } = body.0;
        let organisation = organisations::NewOrganisation { name: organisation.name, kind: organisation.kind.into() };
        let input = organisations::Setup { organisation, name, email, password };
        let (organisation, _) = organisations::set_up(&app, &link, input).await?;
        Ok(Json(organisation.into()))
    }

    /// Add an organisation to the installation.
    #[oai(path = "/organisations", method = "post", operation_id = "create_organisation", tag = "Tag::People")]
    async fn create_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewOrganisation>,
    ) -> poem::Result<Made<Organisation>> {
        let input = organisations::NewOrganisation { name: body.0.name, kind: body.0.kind.into() };
        let organisation = organisations::create(&app, &auth.0, &key.0, input).await?;
        let (revision, location) = (organisation.revision, format!("/organisations/{}", organisation.id));
        Ok(made(organisation.into(), revision, &location))
    }

    /// Read an organisation I belong to.
    #[oai(path = "/organisations/:organisation", method = "get", operation_id = "get_organisation", tag = "Tag::People")]
    async fn get_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
    ) -> poem::Result<Found<Organisation>> {
        let organisation = organisations::get(&app, &auth.0, organisation.0).await?;
        let revision = organisation.revision;
        Ok(found(organisation.into(), revision))
    }

    /// Rename an organisation.
    #[oai(path = "/organisations/:organisation", method = "patch", operation_id = "rename_organisation", tag = "Tag::People")]
    async fn rename_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        body: Json<OrganisationChange>,
    ) -> poem::Result<Found<Organisation>> {
        let organisation = organisations::rename(&app, &auth.0, organisation.0, seen.0, &body.name).await?;
        let revision = organisation.revision;
        Ok(found(organisation.into(), revision))
    }
}
