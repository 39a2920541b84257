//! A mail server that keeps what it is given.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use crate::run::in_time;

/// Where mails arrive.
#[derive(Clone)]
pub struct Mailbox {
    address: SocketAddr,
    kept: Arc<(Mutex<Vec<String>>, Notify)>,
}

impl Mailbox {
    /// Opens one on a free port.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let mailbox = Self { address, kept: Arc::default() };
        let open = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(open.clone().take(stream));
            }
        });
        mailbox
    }

    /// What SPORTELLO_SMTP_URL is set to.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The first mail in which this text stands, headers and all, with soft line breaks mended.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn mail_with(&self, text: &str) -> String {
        let (mails, arrived) = &*self.kept;
        let search = async {
            loop {
                let notified = arrived.notified();
                let found =
                    mails.lock().expect("not poisoned").iter().find(|mail| mail.contains(text)).cloned();
                match found {
                    Some(mail) => return mail,
                    None => notified.await,
                }
            }
        };
        in_time(&format!("a mail with {text:?}"), search).await
    }

    async fn take(self, stream: TcpStream) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 mailbox\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let reply: &[u8] = match line.get(..4).unwrap_or(&line).to_uppercase().as_str() {
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await.ok()?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    self.keep(&mail);
                    b"250 kept\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 mailbox\r\n",
            };
            writer.write_all(reply).await.ok()?;
        }
        Some(())
    }

    fn keep(&self, mail: &str) {
        let mail = mail.replace("=\n", "").replace("=3D", "=");
        self.kept.0.lock().expect("not poisoned").push(mail);
        self.kept.1.notify_waiters();
    }
}
