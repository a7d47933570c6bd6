use super::client::{Live, Oversize};
use super::{Client, Error, Recorder, Replay};
use crate::record::Clock;
use crate::source::{Answer, Request};

/// Where answers come from.
#[derive(Debug)]
pub enum Transport {
    /// The network.
    Live(Client),
    /// The network, and every exchange is written down.
    Recording(Client, Recorder),
    /// A folder of recorded answers.
    Replay(Replay),
}

impl Transport {
    /// Whether answers come from a recording.
    pub fn is_replay(&self) -> bool {
        matches!(self, Transport::Replay(_))
    }

    /// Whether asking makes sense: a recording ends somewhere, the network does not.
    pub(super) fn can_answer(&self, request: &Request) -> bool {
        match self {
            Transport::Replay(replay) => replay.has(request),
            Transport::Live(_) | Transport::Recording(..) => true,
        }
    }

    /// One exchange; redirects are answers too.
    pub(super) async fn exchange(
        &self,
        request: &Request,
        oversize: Oversize,
        clock: &dyn Clock,
    ) -> Result<Answer, Error> {
        match self {
            Transport::Live(client) => client.exchange(request, oversize, clock).await,
            Transport::Recording(client, recorder) => {
                let answer = client.exchange(request, oversize, clock).await?;
                recorder.write(request, &answer)?;
                Ok(answer)
            }
            Transport::Replay(replay) => replay.answer(request, clock.now()),
        }
    }

    /// Opens a stream. A recording has none: its pages are answers, see
    /// [`Transport::recorded_page`].
    pub(super) async fn open(
        &self,
        request: &Request,
        clock: &dyn Clock,
    ) -> Result<(Answer, Option<Live>), Error> {
        match self {
            Transport::Live(client) | Transport::Recording(client, _) => {
                client.open(request, clock).await
            }
            Transport::Replay(replay) => Ok((replay.answer(request, clock.now())?, None)),
        }
    }

    /// Writes a page of a stream down, where exchanges are.
    pub(super) fn record_page(&self, request: &Request, page: &Answer) -> Result<(), Error> {
        match self {
            Transport::Recording(_, recorder) => recorder.write(request, page),
            Transport::Live(_) | Transport::Replay(_) => Ok(()),
        }
    }

    /// The next page of a recorded stream; `None` after the last one, and where there is no
    /// recording.
    pub(super) fn recorded_page(
        &self,
        request: &Request,
        clock: &dyn Clock,
    ) -> Option<Result<Answer, Error>> {
        match self {
            Transport::Replay(replay) if replay.has_fresh(request) => {
                Some(replay.answer(request, clock.now()))
            }
            _ => None,
        }
    }
}
