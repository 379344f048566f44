//! The file of a backup: written for its owner's eyes only, sealed with its own digest, on the disk before it has its name.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// How the last line of a backup begins: a comment to the store, and to us the digest of everything before it.
const SEAL: &str = "-- soundings backup, sha256 of what stands above: ";

/// How long that line is, with the ends of lines around it and the digest in hex.
const SEAL_LENGTH: u64 = SEAL.len() as u64 + 64 + 2;

/// A backup in the making: for its owner's eyes only, and gone unless it gets its name.
pub(super) struct Partial(PathBuf);

impl Partial {
    pub(super) fn at(to: &Path) -> io::Result<Self> {
        if let Some(folder) = folder_of(to) {
            make_private(folder)?;
        }
        let mut name = to.as_os_str().to_owned();
        name.push(".partial");
        let path = PathBuf::from(name);
        let _left_by_a_crash = fs::remove_file(&path);
        // The export writes into what it finds, and leaves its mode as it is.
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives it its name, once its digest stands below it and all of it is on the disk.
    pub(super) fn name(self, to: &Path) -> io::Result<()> {
        let digest = digest(File::open(&self.0)?)?;
        let mut file = OpenOptions::new().append(true).open(&self.0)?;
        file.write_all(format!("\n{SEAL}{digest}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&self.0, to)?;
        folder_of(to).map_or(Ok(()), sync)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _gone_once_it_has_its_name = fs::remove_file(&self.0);
    }
}

/// Whether a backup is as it was written: neither changed nor cut off.
pub(super) fn is_whole(file: &Path) -> Result<(), String> {
    let damaged = || format!("{} is not a whole backup: use another one", file.display());
    match digests(file) {
        Ok((kept, found)) if kept == found => Ok(()),
        Ok(_) => Err(damaged()),
        Err(cause) if matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => Err(damaged()),
        Err(cause) => Err(format!("cannot read {}: {cause}", file.display())),
    }
}

/// The digest that stands in a backup, and the digest of what stands above it.
fn digests(file: &Path) -> io::Result<(String, String)> {
    let mut file = File::open(file)?;
    let above = file.metadata()?.len().checked_sub(SEAL_LENGTH).ok_or(io::ErrorKind::InvalidData)?;
    let found = digest(Read::by_ref(&mut file).take(above))?;
    let mut last = String::new();
    file.read_to_string(&mut last)?;
    let kept = last.trim().strip_prefix(SEAL).ok_or(io::ErrorKind::InvalidData)?;
    Ok((kept.to_owned(), found))
}

fn digest(mut from: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    io::copy(&mut from, &mut digest)?;
    Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
}

/// Sees to the folder of the service's own backups: nobody else looks into it, and what an interrupted backup left is gone.
pub(super) fn tidy(folder: &Path) -> io::Result<()> {
    make_private(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "partial") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn folder_of(file: &Path) -> Option<&Path> {
    file.parent().filter(|folder| !folder.as_os_str().is_empty())
}

pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
