//! Typed identifiers: UUID version 7 (RFC 9562 section 5.7), so that text order is creation order, and an id of one
//! thing can never be passed where another is meant. Each id is also a record id of the table it names.

use std::{borrow::Cow, fmt, str::FromStr};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Serialize};
use surrealdb::types::{Kind, RecordId, RecordIdKey, SurrealValue, Value};
use uuid::Uuid;

/// An id that names a record of one table.
pub trait Id: Copy + fmt::Display + SurrealValue {
    /// The table whose records it names.
    const TABLE: &'static str;
    /// The id as a bare UUID.
    fn uuid(self) -> Uuid;
    /// The id as a record id.
    fn record(self) -> RecordId {
        RecordId::new(Self::TABLE, self.uuid().to_string())
    }
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident => $table:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            const TABLE: &'static str = $table;
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:{}", $table, self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl SurrealValue for $name {
            fn kind_of() -> Kind {
                RecordId::kind_of()
            }
            fn into_value(self) -> Value {
                Value::RecordId(self.record())
            }
            fn from_value(value: Value) -> Result<Self, surrealdb::types::Error> {
                from_record($table, value).map(Self)
            }
        }

        impl Type for $name {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;
            fn name() -> Cow<'static, str> {
                "string_uuid".into()
            }
            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "uuid")))
            }
            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ParseFromJSON for $name {
            fn parse_from_json(value: Option<serde_json::Value>) -> ParseResult<Self> {
                let value = value.unwrap_or_default();
                value
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| ParseError::custom("expected an id (a UUID in text)"))
            }
        }

        impl ParseFromParameter for $name {
            fn parse_from_parameter(value: &str) -> ParseResult<Self> {
                value.parse().map_err(|_| ParseError::custom("expected an id (a UUID in text)"))
            }
        }

        impl ToJSON for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(serde_json::Value::String(self.0.to_string()))
            }
        }
    )* };
}

fn from_record(table: &str, value: Value) -> Result<Uuid, surrealdb::types::Error> {
    let wrong = || surrealdb::types::Error::internal(format!("expected a record id of table {table}"));
    let Value::RecordId(RecordId { table: found, key: RecordIdKey::String(key) }) = value else { return Err(wrong()) };
    if found.as_str() != table {
        return Err(wrong());
    }
    Uuid::try_parse(&key).map_err(|_| wrong())
}

typed_id! {
    /// An organisation: an authority, a charity, a health body …
    OrganisationId => "organisation";
    /// A person with an account.
    PersonId => "person";
    /// A person's place in an organisation, with roles.
    MembershipId => "membership";
    /// An invitation to join an organisation.
    InvitationId => "invitation";
    /// A signed-in session in a browser.
    SessionId => "session";
    /// A personal access token.
    TokenId => "token";
    /// Another system that acts for an organisation.
    ServiceClientId => "service_client";
    /// Who supervises whom: the fact that shares hang on.
    RelationshipId => "relationship";
    /// A reflection: one entry of thinking about practice.
    ReflectionId => "reflection";
    /// A snapshot of a reflection, shared with one person.
    ShareId => "share";
    /// What the person shared with wrote back.
    ResponseId => "response";
    /// A prompt set of a person's own, forked or new.
    PromptSetId => "prompt_set";
    /// A practice example.
    ExampleId => "practice_example";
    /// A supervision agreement.
    AgreementId => "agreement";
    /// A supervision session.
    SupervisionSessionId => "supervision_session";
    /// An item on the agenda of a supervision session.
    AgendaItemId => "agenda_item";
    /// One change to the store, as the audit names it.
    OperationId => "audit";
}
