//! The accept loop: HTTP/1.1 with connection caps, deadlines for headers and reading, a graceful stop. Our own, because a
//! client that says nothing, or sends or reads a byte at a time, must not hold a place for long.

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
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
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

use crate::{config::Config, limits::Whence};

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
    let http = protocol(config);
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
        let watched = graceful.watch(http.serve_connection(io, service));
        tokio::spawn(async move {
            let _ended = watched.await;
            drop((place, counted));
        });
    }
    drop(listener);
    let _all_or_late = timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

/// Panics are told by their place alone: their text can quote what somebody wrote. For a process that keeps a log.
pub fn log_only_where_panics_happen() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "something panicked");
    }));
}

/// HTTP/1.1 alone, which is what a proxy speaks to us. Its one deadline runs from the first moment and again from each
/// answer, so it ends whatever a client leaves unsaid: everything, the rest of a head, the next request. hyper has no such
/// deadline for HTTP/2, nor while it waits to see which of the two it will be.
fn protocol(config: &Config) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(config.header_deadline()).max_buf_size(64 * 1024);
    http
}

/// Counts connections by where they come from. Trusted proxies speak for many, so they are not counted.
#[derive(Clone)]
struct PerAddress {
    most: usize,
    exempt: Arc<Vec<IpAddr>>,
    open: Arc<Mutex<HashMap<Whence, usize>>>,
}

impl PerAddress {
    fn new(config: &Config) -> Self {
        Self { most: config.max_connections_per_address, exempt: Arc::new(config.trusted_proxies.clone()), open: Arc::default() }
    }

    fn enter(&self, address: IpAddr) -> Option<Counted> {
        if self.exempt.contains(&address.to_canonical()) {
            return Some(Counted { from: None, open: Arc::clone(&self.open) });
        }
        let from = Whence::of(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(from).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Counted { from: Some(from), open: Arc::clone(&self.open) })
    }
}

struct Counted {
    from: Option<Whence>,
    open: Arc<Mutex<HashMap<Whence, usize>>>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(from) = self.from else { return };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                open.remove(&from);
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
