//! The accept loop: connection caps, deadlines for headers, bodies and reading, a graceful stop. Our own, because a
//! client that sends or reads a byte at a time must not hold a place for long.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use poem::{
    Endpoint, EndpointExt, Request, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, Sleep, sleep, timeout},
};

use crate::config::Config;

/// How long requests in flight may take to finish when the service stops.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until `stop` resolves, then lets requests in flight finish.
///
/// # Errors
/// When the listener breaks.
pub async fn serve<E>(listener: TcpListener, endpoint: E, config: &Config, stop: impl Future<Output = ()>) -> io::Result<()>
where
    E: Endpoint<Output = Response> + 'static,
{
    let endpoint = Arc::new(endpoint.map_to_response());
    let places = Arc::new(Semaphore::new(config.max_connections));
    let addresses = PerAddress::new(config);
    let graceful = GracefulShutdown::new();
    let local = listener.local_addr()?;
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(config.header_deadline()).max_buf_size(64 * 1024).keep_alive(true);
    http.http2().timer(TokioTimer::new()).max_concurrent_streams(64).max_header_list_size(16 * 1024);
    http.http2().keep_alive_interval(Some(Duration::from_secs(20))).keep_alive_timeout(Duration::from_secs(10));
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let (stream, remote) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(cause) => {
                    // Out of descriptors, or the client is gone already: neither is a reason to stop serving.
                    tracing::warn!(kind = ?cause.kind(), "a connection could not be accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Some(counted) = addresses.enter(remote.ip()) else { continue };
        let _unimportant = stream.set_nodelay(true);
        let service = Service { endpoint: Arc::clone(&endpoint), local, remote };
        let io = TokioIo::new(Timely::new(stream, config.write_deadline()));
        let connection = http.serve_connection_with_upgrades(io, service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            let _ended = watched.await;
            drop((place, counted));
        });
    }
    drop(listener);
    let _all_or_late = timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

/// Counts connections by address. Trusted proxies speak for many, so they are not counted.
#[derive(Clone)]
struct PerAddress {
    most: usize,
    exempt: Arc<Vec<IpAddr>>,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl PerAddress {
    fn new(config: &Config) -> Self {
        Self { most: config.max_connections_per_address, exempt: Arc::new(config.trusted_proxies.clone()), open: Arc::default() }
    }

    fn enter(&self, address: IpAddr) -> Option<Counted> {
        if self.exempt.contains(&address) {
            return Some(Counted { address: None, open: Arc::clone(&self.open) });
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Counted { address: Some(address), open: Arc::clone(&self.open) })
    }
}

struct Counted {
    address: Option<IpAddr>,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&address);
            }
        }
    }
}

/// poem's endpoint as a hyper service.
struct Service<E> {
    endpoint: Arc<E>,
    local: SocketAddr,
    remote: SocketAddr,
}

impl<E: Endpoint<Output = Response> + 'static> hyper::service::Service<hyper::Request<hyper::body::Incoming>> for Service<E> {
    type Response = hyper::Response<BoxBody<Bytes, io::Error>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: hyper::Request<hyper::body::Incoming>) -> Self::Future {
        let endpoint = Arc::clone(&self.endpoint);
        let local = LocalAddr(self.local.into());
        let remote = RemoteAddr(self.remote.into());
        Box::pin(async move {
            let request = Request::from((request, local, remote, Scheme::HTTP));
            Ok(endpoint.get_response(request).await.into())
        })
    }
}

/// A connection whose writes must get somewhere: a client that does not read its answer is closed.
struct Timely {
    stream: TcpStream,
    deadline: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since the last look, so that a byte at a time does not count as reading.
    taken: usize,
}

/// A reader slower than this many bytes in each deadline is closed.
const LEAST_PER_DEADLINE: usize = 16 * 1024;

impl Timely {
    const fn new(stream: TcpStream, deadline: Duration) -> Self {
        Self { stream, deadline, waiting: None, taken: 0 }
    }

    fn watch(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken += bytes;
                if self.taken >= LEAST_PER_DEADLINE {
                    self.waiting = None;
                    self.taken = 0;
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(cause)) => Poll::Ready(Err(cause)),
            Poll::Pending => {
                let deadline = self.deadline;
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(deadline)));
                if waiting.deadline() <= Instant::now() || waiting.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                Poll::Pending
            }
        }
    }
}

impl AsyncRead for Timely {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Timely {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
