//! The real binary in a process of its own, which can be killed.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{Client, Database, Desk, PASSWORD, run::in_time};

/// For clients who do more than people do.
const UNLIMITED: [(&str, &str); 2] =
    [("SPORTELLO_RATE_LIMIT_PER_MINUTE", "0"), ("SPORTELLO_STREAMS_PER_CREDENTIAL", "100000")];

/// `sportello serve`.
pub struct Process {
    child: tokio::process::Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts the server and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn serve(database: &Database) -> Self {
        Self::serve_with(database, &[]).await
    }

    /// The same with further variables.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn serve_with(database: &Database, variables: &[(&str, &str)]) -> Self {
        let mut command = command(database);
        command.envs(variables.iter().copied()).arg("serve");
        Self::start(command).await
    }

    async fn start(command: Command) -> Self {
        let mut command = tokio::process::Command::from(command);
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let ready = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, address)) = line.split_once("ready at http://") {
                    return address.trim().parse().expect("an address");
                }
            }
            panic!("the server ended before it was ready");
        };
        let address = in_time("readiness", ready).await;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, address }
    }

    /// The same for clients who do more than people do.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn busy(database: &Database, variables: &[(&str, &str)]) -> Self {
        Self::serve_with(database, &[&UNLIMITED, variables].concat()).await
    }

    /// The same, begun as most systems begin it: with 1,024 open files, unless it asks for more.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn busy_among_few_files(database: &Database) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"ulimit -Sn 1024 && exec "$0" serve"#]).arg(binary()).envs(UNLIMITED);
        Self::start(on(database, shell)).await
    }

    /// kill -9.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Stops it where it is.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill {signal}");
    }

    /// How much of the machine's memory it takes, in KiB.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }
}

impl Desk {
    /// Leaves of the desk its database and its owner, at a server of its own process.
    ///
    /// # Panics
    /// When that does not become ready.
    pub async fn alone(self) -> (Database, Client, Process) {
        let email = self.owner_email.clone();
        let (database, _) = self.close().await;
        let server = Process::busy(&database, &[]).await;
        let owner = signed_in(server.address, &email).await;
        (database, owner, server)
    }
}

/// Makes an account by the command line and gives its owner, to be signed in with [`PASSWORD`].
///
/// # Panics
/// When it is refused.
pub fn account_create(database: &Database, email: &str) -> String {
    let arguments = ["account", "create", "--name", "Crash", "--owner-name", "Owner", "--owner-email", email];
    let output = command(database).args(arguments).args(["--owner-password", PASSWORD]).output();
    let output = output.expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    printed["id"].as_str().expect("an id").to_owned()
}

/// Runs the binary with these arguments and gives what it prints.
///
/// # Panics
/// When it fails.
pub fn prints(database: &Database, arguments: &[&str]) -> String {
    let output = runs(database, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Runs the binary with these arguments to its end, whatever comes of it.
///
/// # Panics
/// When it cannot be run.
pub fn runs(database: &Database, arguments: &[&str]) -> Output {
    command(database).args(arguments).output().expect("the binary runs")
}

/// Starts the binary with these arguments; it says nothing and can be killed.
///
/// # Panics
/// When it cannot be run.
pub fn begins(database: &Database, arguments: &[&str]) -> Child {
    let mut command = command(database);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

/// Signs in with [`PASSWORD`].
///
/// # Panics
/// When it is refused.
pub async fn signed_in(address: SocketAddr, email: &str) -> Client {
    let stranger = Client::anonymous(address);
    let input = serde_json::json!({ "email": email, "password": PASSWORD });
    let session = stranger.does("signIn", "accessToken", input).await;
    stranger.with_token(session["accessToken"].as_str().expect("a token"), "")
}

fn command(database: &Database) -> Command {
    on(database, Command::new(binary()))
}

/// The same command on the database, in surroundings that are the tests' own.
fn on(database: &Database, mut command: Command) -> Command {
    command
        .env("DATABASE_URL", &database.url)
        .env("SPORTELLO_LISTEN", "127.0.0.1:0")
        .env("SPORTELLO_SECRET", "a secret that only these tests are to know")
        .env("RUST_LOG", "warn")
        .current_dir(std::env::temp_dir());
    command
}

/// The binary of this build, built if need be. Cargo tells only the api crate's own tests where it lies.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        // Of the whole workspace: for one package, what it is built on is built anew with fewer features.
        let build = build.args(["build", "--quiet", "--workspace", "--bin", "sportello"]);
        // What cargo tells this test of its own package would make build scripts run anew, and all that follows them.
        let of_this_test = std::env::vars_os().map(|(name, _)| name);
        let of_this_test =
            of_this_test.filter(|name| name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME");
        for name in of_this_test.filter(|name| name != "CARGO_TARGET_DIR") {
            build.env_remove(name);
        }
        let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
        assert!(status.success(), "the binary cannot be built");
        let test = std::env::current_exe().expect("this test has a path");
        let directory = test.parent().and_then(Path::parent).expect("target/debug/deps");
        directory.join(format!("sportello{}", std::env::consts::EXE_SUFFIX))
    })
}
