//! A PostgreSQL server of a test's own, which can be crashed.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use crate::{Database, database};

/// A server with one database, in a directory and on a port of its own.
pub struct Cluster {
    binaries: PathBuf,
    directory: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one. Without PostgreSQL's programs it says so and gives None, except where CI=true.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(env::var("CI").as_deref() != Ok("true"), "there is no initdb below {PROGRAMS}");
            eprintln!("SKIPPED: there is no initdb below {PROGRAMS}");
            return None;
        };
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let directory = env::temp_dir().join(format!("sportello_cluster_{}_{port}", process::id()));
        let cluster = Self { binaries, directory, port };
        cluster.runs("initdb", &["--auth=trust", "--username=postgres", "--no-sync"]);
        cluster.begin();
        let connection = sea_orm::Database::connect(cluster.url("postgres")).await.expect("it answers");
        database::execute(&connection, "CREATE DATABASE desk").await;
        connection.close().await.expect("the connection closes");
        Some(cluster)
    }

    /// Its one database.
    pub fn database(&self) -> Database {
        Database::elsewhere(self.url("desk"), self.url("postgres"))
    }

    /// Ends it as a crash does, and starts it anew.
    ///
    /// # Panics
    /// When it does not start.
    pub fn crash(&self) {
        self.runs("pg_ctl", &["--mode=immediate", "stop"]);
        self.begin();
    }

    fn begin(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off",
            self.port
        );
        let log = self.directory.join("log");
        self.runs(
            "pg_ctl",
            &["--wait", "--log", log.to_str().expect("a plain path"), "--options", &options, "start"],
        );
    }

    fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    fn runs(&self, program: &str, arguments: &[&str]) {
        assert!(self.tries(program, arguments), "{program} {arguments:?}");
    }

    /// Runs one of PostgreSQL's programs, which refuse to be run by root; whether it succeeds.
    fn tries(&self, program: &str, arguments: &[&str]) -> bool {
        let program = self.binaries.join(program);
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let mut command = Command::new(if is_root { Path::new("runuser") } else { &program });
        if is_root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.arg("--pgdata").arg(&self.directory).args(arguments).stdout(Stdio::null());
        command.current_dir(env::temp_dir()).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.tries("pg_ctl", &["--mode=immediate", "stop"]);
        drop(fs::remove_dir_all(&self.directory));
    }
}

const PROGRAMS: &str = "/usr/lib/postgresql";

/// Where the newest version's programs are.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir(PROGRAMS).ok()?.filter_map(|version| Some(version.ok()?.path().join("bin")));
    versions.filter(|binaries| binaries.join("initdb").exists()).max()
}
