//! The command that installs PostgreSQL on the system at hand.

use std::fs;

use super::owner;

/// The command that installs a server on the system at hand.
pub(super) fn install_command() -> String {
    if std::env::consts::OS == "macos" {
        return "brew install postgresql@17".to_owned();
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let command = install_command_for(&release);
    if owner::ourselves().uid == 0 {
        command.to_owned()
    } else {
        format!("sudo {command}")
    }
}

fn install_command_for(release: &str) -> &'static str {
    let named = |key: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    };
    let words = [named("ID"), named("ID_LIKE")];
    for word in words
        .iter()
        .flatten()
        .flat_map(|words| words.trim_matches('"').split(' '))
    {
        match word {
            "debian" | "ubuntu" => return "apt-get install postgresql",
            "fedora" | "rhel" | "centos" => return "dnf install postgresql-server",
            "alpine" => return "apk add postgresql",
            "arch" => return "pacman -S postgresql",
            "suse" | "opensuse" => return "zypper install postgresql-server",
            _ => {}
        }
    }
    "apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora), apk add postgresql (Alpine), pacman -S postgresql (Arch)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_gets_its_own_command() {
        assert_eq!(
            install_command_for("NAME=x\nID=debian\n"),
            "apt-get install postgresql"
        );
        assert_eq!(
            install_command_for("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            "apt-get install postgresql"
        );
        assert_eq!(
            install_command_for("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
            "dnf install postgresql-server"
        );
        assert_eq!(install_command_for("ID=alpine\n"), "apk add postgresql");
        assert_eq!(install_command_for("ID=arch\n"), "pacman -S postgresql");
        assert!(install_command_for("").contains("Fedora"));
    }
}
