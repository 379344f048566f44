//! JSON edge of codes: six digits from an authenticator app beside the password.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, payload::Json};

use super::{RoleName, Tag, names};
use crate::{
    app::App,
    http::{answer::Done, auth::Auth},
    people::codes,
};

/// The operations on codes.
pub struct CodesApi;

/// How the caller stands with codes.
#[derive(Debug, Object)]
struct Codes {
    /// Whether signing in needs a code from an authenticator app.
    on: bool,
    /// The roles of the caller's that need codes here. Until codes are on, these open nothing.
    required_for: Vec<RoleName>,
    /// How many recovery codes are left.
    recovery_left: usize,
}

/// A secret for an authenticator app to learn.
#[derive(Debug, Object)]
struct CodesOffer {
    /// The secret in Base32: only in this answer.
    secret: String,
    /// The same with whose it is, to show as a QR code or to open: `otpauth://totp/…`.
    uri: String,
}

/// The first code of an app.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct CodesConfirmation {
    /// What the app shows now.
    code: String,
}

/// Codes that each let their owner in once, without the app.
#[derive(Debug, Object)]
struct RecoveryCodes {
    /// The codes: only in this answer.
    codes: Vec<String>,
}

#[OpenApi]
impl CodesApi {
    /// Do I sign in with codes, and do I have to?
    #[oai(path = "/me/codes", method = "get", operation_id = "get_codes", tag = "Tag::Account")]
    async fn get_codes(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<Codes>> {
        let state = codes::state(&app, &auth.0).await?;
        let required_for = names(&state.required_for);
        Ok(Json(Codes { on: state.on, required_for, recovery_left: state.recovery_left }))
    }

    /// Begin to set up an authenticator app, or another one. Only in a session, whose password was given in the last ten minutes.
    #[oai(path = "/me/codes", method = "put", operation_id = "begin_codes", tag = "Tag::Account")]
    async fn begin_codes(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<CodesOffer>> {
        let offer = codes::begin(&app, &auth.0).await?;
        Ok(Json(CodesOffer { secret: offer.secret, uri: offer.uri }))
    }

    /// Turn codes off. Refused while a role needs them.
    #[oai(path = "/me/codes", method = "delete", operation_id = "turn_off_codes", tag = "Tag::Account")]
    async fn turn_off_codes(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Done> {
        codes::turn_off(&app, &auth.0).await?;
        Ok(Done::NoContent)
    }

    /// Turn codes on with the first one. Every other session and every token ends. The recovery codes are shown once.
    #[oai(path = "/me/codes/confirmation", method = "put", operation_id = "confirm_codes", tag = "Tag::Account")]
    async fn confirm_codes(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        body: Json<CodesConfirmation>,
    ) -> poem::Result<Json<RecoveryCodes>> {
        let codes = codes::confirm(&app, &auth.0, &body.code).await?;
        Ok(Json(RecoveryCodes { codes }))
    }

    /// Get new recovery codes in the place of the old ones. They are shown once.
    #[oai(path = "/me/codes/recovery", method = "post", operation_id = "renew_recovery_codes", tag = "Tag::Account")]
    async fn renew_recovery_codes(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<RecoveryCodes>> {
        let codes = codes::renew_recovery(&app, &auth.0).await?;
        Ok(Json(RecoveryCodes { codes }))
    }
}
