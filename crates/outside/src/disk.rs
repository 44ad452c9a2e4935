//! How much room a file system has.

use std::io;
use std::path::Path;

/// Bytes that may still be written below this folder, by whoever runs this process.
///
/// # Errors
/// There is no such folder, or it may not be looked at.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(folder)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_folder_has_room_and_a_missing_one_is_an_error() {
        assert!(super::free_bytes(&std::env::temp_dir()).is_ok_and(|bytes| bytes > 0));
        assert!(super::free_bytes("/nowhere/at/all".as_ref()).is_err());
    }
}
