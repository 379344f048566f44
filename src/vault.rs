//! Envelope encryption of private writing: a master key from a file wraps one data key for each person (and each
//! supervision relationship); a data key seals records. Deleting the wrapped data key erases what it sealed.
//!
//! XChaCha20-Poly1305 throughout (draft-irtf-cfrg-xchacha-03), a fresh nonce for every sealing, and associated data that
//! pins each sealed text to its table, record, field and revision, so that no text can be moved to another place. To its
//! owner it is pinned by the key, which is theirs alone.

use std::{io::Write as _, path::Path};

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use surrealdb::types::{Bytes, RecordId, SurrealValue};
use zeroize::Zeroizing;

use crate::{
    clock::Clock,
    config::Config,
    db::{Changes, Db},
    error::{Error, Result},
};

const NONCE: usize = 24;
const FILE_HEAD: &str = "soundings-master-key-1:";

/// Holds the master key.
pub struct Vault {
    master: Zeroizing<[u8; 32]>,
}

/// Seals and opens what belongs to one owner. Wiped from memory when dropped.
pub struct DataKey(Zeroizing<[u8; 32]>);

/// Where a sealed text belongs: it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The record.
    pub record: &'a RecordId,
    /// The field.
    pub field: &'static str,
    /// Its revision, or 0 where the field has none.
    pub revision: i64,
}

/// A key as it is kept: sealed with the master key.
#[derive(SurrealValue)]
struct Wrapped {
    wrapped: Bytes,
}

impl Vault {
    /// A vault with this master key.
    #[must_use]
    pub fn new(master: [u8; 32]) -> Self {
        Self { master: Zeroizing::new(master) }
    }

    /// Reads the key file; on the first run of an empty store, makes it.
    ///
    /// # Errors
    /// One line for the operator: no key for a store that has one, a key that others can read, or a broken file.
    pub async fn open(config: &Config, db: &Db, clock: &Clock) -> std::result::Result<Self, String> {
        let seal: Option<Wrapped> =
            db.run("SELECT wrapped FROM key_check:one").one().await.map_err(|_| "cannot read the key check".to_owned())?;
        let check = RecordId::new("key_check", "one");
        let place = Place { record: &check, field: "wrapped", revision: 0 };
        let path = config.key_path();
        if config.in_memory() {
            return Ok(Self::new(clock.random()));
        }
        let Some(seal) = seal else {
            let vault = if path.exists() { Self::from_file(&path)? } else { Self::make(&path, clock)? };
            let wrapped = DataKey(vault.master.clone()).seal(clock, place, b"soundings");
            db.transact(clock, |tx| {
                let row = Wrapped { wrapped: wrapped.clone() };
                let id = check.clone();
                async move { tx.create(id, row).returning(()) }
            })
            .await
            .map_err(|_| "cannot write the key check".to_owned())?;
            return Ok(vault);
        };
        if !path.exists() {
            return Err(format!(
                "the store is not empty and its key file {} is missing: put the copy you kept back in its place",
                path.display()
            ));
        }
        let vault = Self::from_file(&path)?;
        DataKey(vault.master.clone())
            .open(place, &seal.wrapped)
            .map_err(|_| format!("{} is not the key of this store: put the right key file in its place", path.display()))?;
        Ok(vault)
    }

    fn from_file(path: &Path) -> std::result::Result<Self, String> {
        use std::os::unix::fs::PermissionsExt as _;
        let shown = path.display();
        let mode = std::fs::metadata(path).map_err(|cause| format!("cannot read the key file {shown}: {cause}"))?;
        if mode.permissions().mode() & 0o077 != 0 {
            return Err(format!("others can read the key file {shown}: run chmod 600 {shown}"));
        }
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|cause| format!("cannot read the key file {shown}: {cause}"))?;
        let broken = || format!("the key file {shown} is broken: put the copy you kept back in its place");
        let hex = text.trim().strip_prefix(FILE_HEAD).ok_or_else(broken)?;
        let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).map(Zeroizing::new).map_err(|_| broken())?;
        Ok(Self::new(bytes.as_slice().try_into().map_err(|_| broken())?))
    }

    fn make(path: &Path, clock: &Clock) -> std::result::Result<Self, String> {
        let vault = Self::new(clock.random());
        let text = Zeroizing::new(format!("{FILE_HEAD}{}\n", data_encoding::HEXLOWER.encode(vault.master.as_slice())));
        write_whole(path, text.as_bytes()).map_err(|cause| format!("cannot write the key file {}: {cause}", path.display()))?;
        tracing::warn!(file = %path.display(), "made the master key: keep a copy of this file elsewhere, without it nothing private can be read");
        Ok(vault)
    }

    /// Makes a data key for an owner, to be saved with the change that needs it.
    #[must_use]
    pub fn new_key(&self, clock: &Clock, tx: Changes, owner: uuid::Uuid) -> (Changes, DataKey) {
        let key = DataKey(Zeroizing::new(clock.random()));
        let record = key_record(owner);
        let place = Place { record: &record, field: "wrapped", revision: 0 };
        let wrapped = DataKey(self.master.clone()).seal(clock, place, key.0.as_slice());
        (tx.create(record.clone(), Wrapped { wrapped }), key)
    }

    /// The data key of an owner.
    ///
    /// # Errors
    /// `NotFound` when the key has been destroyed: then nothing it sealed can be read again.
    pub async fn key_of(&self, db: &Db, owner: uuid::Uuid) -> Result<DataKey> {
        let row: Option<Wrapped> = db.run("SELECT wrapped FROM $id").bind("id", key_record(owner)).one().await?;
        self.unwrap(owner, row.map(|row| row.wrapped).as_ref())
    }

    /// The data key of an owner, from what a query brought along with the rows that it opens.
    ///
    /// # Errors
    /// As [`Vault::key_of`].
    pub fn unwrap(&self, owner: uuid::Uuid, wrapped: Option<&Bytes>) -> Result<DataKey> {
        let record = key_record(owner);
        let place = Place { record: &record, field: "wrapped", revision: 0 };
        let bytes = Zeroizing::new(DataKey(self.master.clone()).open(place, wrapped.ok_or(Error::NotFound)?)?);
        let key = bytes.as_slice().try_into().map_err(|_| Error::internal("a data key of the wrong length"))?;
        Ok(DataKey(Zeroizing::new(key)))
    }

    /// A keyed digest: for cursors nobody can forge and fingerprints nobody can guess from.
    #[must_use]
    pub fn digest(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(self.master.as_slice())
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl DataKey {
    /// Seals a text for a place.
    #[must_use]
    pub fn seal(&self, clock: &Clock, place: Place<'_>, plain: &[u8]) -> Bytes {
        let nonce: [u8; NONCE] = clock.random();
        let padded = Zeroizing::new(pad(plain));
        let aad = place.describe();
        let payload = Payload { msg: &padded, aad: aad.as_bytes() };
        let sealed = XChaCha20Poly1305::new(Key::from_slice(self.0.as_slice()))
            .encrypt(XNonce::from_slice(&nonce), payload)
            .unwrap_or_else(|_| unreachable!("sealing fails only beyond 256 GB"));
        Bytes::from([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens what was sealed for that place with this key.
    ///
    /// # Errors
    /// `Internal` when the bytes are not what was sealed there.
    pub fn open(&self, place: Place<'_>, sealed: &Bytes) -> Result<Vec<u8>> {
        let bytes: &[u8] = sealed;
        let broken = || Error::internal("a sealed text does not open");
        let (nonce, body) = bytes.split_at_checked(NONCE).ok_or_else(broken)?;
        let aad = place.describe();
        let padded = XChaCha20Poly1305::new(Key::from_slice(self.0.as_slice()))
            .decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: aad.as_bytes() })
            .map_err(|_| broken())?;
        unpad(&padded).ok_or_else(broken)
    }

    /// Seals a value as JSON.
    ///
    /// # Errors
    /// `Internal` when the value has no JSON form.
    pub fn seal_json(&self, clock: &Clock, place: Place<'_>, value: &impl serde::Serialize) -> Result<Bytes> {
        let plain = serde_json::to_vec(value).map(Zeroizing::new).map_err(|_| Error::internal("a value without JSON"))?;
        Ok(self.seal(clock, place, &plain))
    }

    /// Opens a value sealed as JSON.
    ///
    /// # Errors
    /// `Internal` when it does not open or does not read.
    pub fn open_json<T: serde::de::DeserializeOwned>(&self, place: Place<'_>, sealed: &Bytes) -> Result<T> {
        let plain = Zeroizing::new(self.open(place, sealed)?);
        serde_json::from_slice(&plain).map_err(|_| Error::internal("a sealed value does not read"))
    }
}

impl Place<'_> {
    fn describe(&self) -> String {
        use surrealdb::types::RecordIdKey;
        let key = match &self.record.key {
            RecordIdKey::String(key) => key.clone(),
            other => format!("{other:?}"),
        };
        format!("{}|{key}|{}|{}", self.record.table.as_str(), self.field, self.revision)
    }
}

/// Writes a file for its owner's eyes only that is there whole or not at all: half a key would stop the first start for good.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let _left_by_a_crash = std::fs::remove_file(&partial);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A link, not a rename: a key that another starter has just made is never replaced.
    std::fs::hard_link(&partial, path)?;
    std::fs::remove_file(&partial)?;
    if let Some(Ok(folder)) = path.parent().map(std::fs::File::open) {
        let _best_effort = folder.sync_all();
    }
    Ok(())
}

fn key_record(owner: uuid::Uuid) -> RecordId {
    RecordId::new("data_key", owner.to_string())
}

/// The record of an owner's data key, to delete when the owner's writing is to be erased.
#[must_use]
pub fn key_of_owner(owner: uuid::Uuid) -> RecordId {
    key_record(owner)
}

/// Pads to a size class (powers of two from 256 bytes to 4 KiB, then whole 4 KiB), so that the length of a text does not
/// tell what it says.
fn pad(plain: &[u8]) -> Vec<u8> {
    let length = plain.len() + 4;
    let class = if length <= 4096 { length.next_power_of_two().max(256) } else { length.div_ceil(4096) * 4096 };
    let mut padded = Vec::with_capacity(class);
    padded.extend_from_slice(&u32::try_from(plain.len()).unwrap_or(u32::MAX).to_be_bytes());
    padded.extend_from_slice(plain);
    padded.resize(class, 0);
    padded
}

fn unpad(padded: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = padded.split_at_checked(4)?;
    let length = usize::try_from(u32::from_be_bytes(head.try_into().ok()?)).ok()?;
    rest.get(..length).map(<[u8]>::to_vec)
}
