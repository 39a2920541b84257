//! A mail server that keeps what it is given, and can be shut, be away, refuse, hang and break off.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

use crate::run::in_time;

/// Where mails arrive.
#[derive(Clone)]
pub struct Mailbox {
    address: SocketAddr,
    kept: Arc<watch::Sender<Vec<Mail>>>,
    mood: Arc<Mutex<Mood>>,
}

/// A mail server that is not there yet: its port refuses whoever comes.
pub struct ShutMailbox(TcpSocket);

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Whom the server was asked to give it to.
    pub recipients: Vec<String>,
    /// The whole of it: headers unfolded, the body's quoted-printable undone.
    pub text: String,
}

/// What the server does with those who come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    #[default]
    Open,
    /// Closes every connection at once.
    Away,
    /// Refuses this address with 550, and takes the rest.
    Refusing(String),
    /// Never answers to this address.
    Hanging(String),
    /// Breaks every connection in the middle of a mail.
    Breaking,
    /// Keeps a mail and never says that it has it.
    Silent,
}

impl Mail {
    /// A header's value; "" where there is none.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.text.lines().take_while(|line| !line.is_empty());
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }
}

impl Mailbox {
    /// Opens one on a free port.
    pub(crate) fn open() -> Self {
        Self::shut().open()
    }

    /// One that is to be opened later.
    ///
    /// # Panics
    /// When no port is free.
    pub fn shut() -> ShutMailbox {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
        ShutMailbox(socket)
    }

    fn listen(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("an address");
        let mailbox = Self { address, kept: Arc::new(watch::Sender::default()), mood: Arc::default() };
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

    /// From now on it does this.
    ///
    /// # Panics
    /// Never.
    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    /// What came so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept.borrow().clone()
    }

    /// What came for this address, in order.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails().into_iter().filter(|mail| mail.recipients == [address]).collect()
    }

    /// The first mail in which this text stands, headers and all.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn mail_with(&self, text: &str) -> String {
        let mails = self.mails_with(text, 1).await;
        mails.into_iter().next().expect("one came").text
    }

    /// The mails in which this text stands, once so many came.
    ///
    /// # Panics
    /// When they do not come in time.
    pub async fn mails_with(&self, text: &str, count: usize) -> Vec<Mail> {
        let mut kept = self.kept.subscribe();
        let found = |mails: &[Mail]| -> Vec<Mail> {
            mails.iter().filter(|mail| mail.text.contains(text)).cloned().collect()
        };
        let enough = kept.wait_for(|mails| found(mails).len() >= count);
        let mails = in_time(&format!("{count} mails with {text:?}"), enough).await.expect("it stays open");
        found(&mails)
    }

    /// All mails, once so many came.
    ///
    /// # Panics
    /// When for too long none comes.
    pub async fn fills(&self, count: usize) -> Vec<Mail> {
        let mut kept = self.kept.subscribe();
        loop {
            let sofar = kept.borrow_and_update().len();
            if sofar >= count {
                return self.mails();
            }
            in_time(&format!("a mail after {sofar} of {count}"), kept.changed())
                .await
                .expect("it stays open");
        }
    }

    fn mood(&self) -> Mood {
        self.mood.lock().expect("not poisoned").clone()
    }

    async fn take(self, stream: TcpStream) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        if self.mood() == Mood::Away {
            return None;
        }
        writer.write_all(b"220 mailbox\r\n").await.ok()?;
        let mut recipients = Vec::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let mood = self.mood();
            let reply: &[u8] = match line.get(..4).unwrap_or(&line).to_uppercase().as_str() {
                _ if mood == Mood::Away => return None,
                "RCPT" => match (address(&line), mood) {
                    (address, Mood::Refusing(refused)) if address == refused => {
                        b"550 nobody of that name\r\n"
                    }
                    (address, Mood::Hanging(silent)) if address == silent => std::future::pending().await,
                    (address, _) => {
                        recipients.push(address);
                        b"250 mailbox\r\n"
                    }
                },
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await.ok()?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        if mood == Mood::Breaking {
                            return None;
                        }
                        // RFC 5321, 4.5.2: a dot at a line's beginning was doubled.
                        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                        mail.push('\n');
                    }
                    let mail = Mail { recipients: std::mem::take(&mut recipients), text: plain(&mail) };
                    self.kept.send_modify(|kept| kept.push(mail));
                    match mood {
                        Mood::Silent => std::future::pending().await,
                        _ => b"250 kept\r\n",
                    }
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 mailbox\r\n",
            };
            writer.write_all(reply).await.ok()?;
        }
        Some(())
    }
}

impl ShutMailbox {
    /// What SPORTELLO_SMTP_URL is set to.
    ///
    /// # Panics
    /// Never.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.0.local_addr().expect("an address"))
    }

    /// Opens it.
    ///
    /// # Panics
    /// When the system does not let it.
    pub fn open(self) -> Mailbox {
        Mailbox::listen(self.0.listen(1024).expect("it listens"))
    }
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// Headers unfolded, quoted-printable undone.
fn plain(mail: &str) -> String {
    let (headers, body) = mail.split_once("\n\n").unwrap_or((mail, ""));
    let headers = headers.replace("\n ", " ").replace("\n\t", " ");
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.replace("=\n", "").into_bytes().into_iter().peekable();
    while let Some(byte) = rest.next() {
        let ahead: Vec<u8> = if byte == b'=' { rest.clone().take(2).collect() } else { Vec::new() };
        let hex = std::str::from_utf8(&ahead).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| ahead.len() == 2) {
            Some(coded) => {
                bytes.push(coded);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    format!("{headers}\n\n{}", String::from_utf8_lossy(&bytes))
}
