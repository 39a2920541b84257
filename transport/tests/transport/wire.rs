//! Frames that no client library would send.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{Server, start, start_with};

/// Shakes hands by hand.
async fn connect(server: &Server) -> TcpStream {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let request = "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    assert!(String::from_utf8(head).unwrap().contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    socket
}

/// A masked frame; the mask is zero, so that the payload is as it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | 127];
    frame.extend((payload.len() as u64).to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The close code that comes back, then the end of the connection.
async fn close_code(mut socket: TcpStream) -> u16 {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer[0], 0x88, "{answer:?}");
    u16::from_be_bytes([answer[2], answer[3]])
}

#[tokio::test]
async fn broken_frames_get_their_code() {
    let server = start_with(|limits| limits.message_bytes = 1000).await;
    let huge = [0x81, 0x80 | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
    for (name, bytes, code) in [
        ("too large", frame(0x81, &[b'a'; 1001]), 1009),
        ("a length beyond memory", huge.to_vec(), 1009),
        ("too large in pieces", [frame(0x01, &[b'a'; 600]), frame(0x80, &[b'a'; 600])].concat(), 1009),
        ("not UTF-8", frame(0x81, b"\xff\xfe"), 1007),
        ("not masked", vec![0x81, 0x02, b'{', b'}'], 1002),
        ("reserved bits", frame(0xf1, b"{}"), 1002),
        ("an unknown opcode", frame(0x83, b"{}"), 1002),
        ("a fragmented ping", frame(0x09, b""), 1002),
        ("a continuation of nothing", frame(0x80, b"x"), 1002),
    ] {
        let mut socket = connect(&server).await;
        socket.write_all(&bytes).await.unwrap();
        assert_eq!(close_code(socket).await, code, "{name}");
    }
}

/// The close frame arrives although the client had more to say.
#[tokio::test]
async fn closing_does_not_reset() {
    let server = start_with(|limits| limits.message_bytes = 1000).await;
    let mut socket = connect(&server).await;
    socket.write_all(&frame(0x81, &vec![b'a'; 500_000])).await.unwrap();
    assert_eq!(close_code(socket).await, 1009);
}

#[tokio::test]
async fn handshakes_that_are_none() {
    let server = start().await;
    for (headers, status) in [
        ("Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "426"),
        ("Sec-WebSocket-Version: 13\r\n", "400"),
    ] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        let request = format!(
            "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{headers}\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 12];
        socket.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8(answer).unwrap(), format!("HTTP/1.1 {status}"));
    }
}
