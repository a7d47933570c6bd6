//! What is asked → a request.

use super::cursor::Next;
use super::definition::{Since, Source};
use super::error::Error;
use super::exchange::{Ask, Request};
use super::template::Encode;
use crate::record::{Market, Position};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use url::Url;

impl Source {
    /// The request for a page of a query.
    ///
    /// `position` is how far the query was read before and fills `{since}`; `cursor` is
    /// [`super::Extract::next`] of the page before, `None` for the first page.
    ///
    /// # Errors
    /// [`Error::Param`] when a value is missing, [`Error::Url`] when no address comes out.
    pub fn request(
        &self,
        ask: &Ask,
        position: Option<&Position>,
        cursor: Option<&str>,
    ) -> Result<Request, Error> {
        self.demand(ask)?;
        let since = self.since(position);
        let place = match (&self.stream, cursor) {
            (Some(stream), Some(cursor)) => Some(stream.reopened_at(cursor)),
            (_, cursor) => cursor.map(str::to_owned),
        };
        let value = |name: &str| -> Option<String> {
            match name {
                "cursor" => place.clone(),
                "page" => place.clone().or_else(|| self.first_page()),
                "since" => since.clone(),
                _ => self.value(ask, name),
            }
        };
        let url = self
            .request
            .url
            .fill(ask.now, &value)
            .map_err(|why| self.bad_url(self.request_text(), why))?;
        let url = self.follow(url, cursor)?;
        let mut headers = Vec::new();
        for (name, template) in &self.request.headers {
            let filled = template
                .fill(Encode::Plain, ask.now, &value)
                .map_err(|why| self.bad_url(template.text(), why))?;
            // A line end in a value would start a header of its own.
            if filled.empty.is_empty() && !filled.text.contains(['\r', '\n', '\0']) {
                headers.push((name.clone(), filled.text));
            }
        }
        let body = match &self.request.body {
            None => None,
            Some(template) => {
                let json = template.text().trim_start().starts_with(['{', '[']);
                let encode = if json { Encode::Json } else { Encode::Path };
                let filled = template
                    .fill(encode, ask.now, &value)
                    .map_err(|why| self.bad_url(template.text(), why))?;
                Some(filled.text)
            }
        };
        Ok(Request {
            method: self.request.method.clone(),
            url,
            headers,
            body,
        })
    }

    /// The given values, completed from the environment variables the source names. `env` looks
    /// one up; a replay passes a closure that answers anything.
    pub fn complete(
        &self,
        given: &BTreeMap<String, String>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> BTreeMap<String, String> {
        let mut params = given.clone();
        for param in &self.params {
            if !params.contains_key(&param.name)
                && let Some(found) = param.env.as_deref().and_then(env)
            {
                params.insert(param.name.clone(), found);
            }
        }
        params
    }

    /// What a placeholder other than those of paging stands for.
    pub(super) fn value(&self, ask: &Ask, name: &str) -> Option<String> {
        let market = ask.market.as_ref().or(self.market.as_ref());
        let country = market.filter(|market| market.code().len() == 2);
        match name {
            "query" => return Some(ask.query.clone()),
            "market" => return country.map(|market| market.code().to_owned()),
            "country" => return country.map(|market| market.code().to_uppercase()),
            "lang" => {
                let known = country.and_then(Market::info);
                let spoken = known.and_then(|info| info.languages.first().copied());
                return spoken.map(str::to_owned).or_else(|| self.lang.clone());
            }
            _ => {}
        }
        let given = ask.params.get(name).filter(|text| !text.is_empty());
        if let Some(given) = given {
            return Some(given.clone());
        }
        let param = self.params.iter().find(|param| param.name == name)?;
        market
            .and_then(|market| param.by_market.get(market))
            .or(param.default.as_ref())
            .cloned()
    }

    fn demand(&self, ask: &Ask) -> Result<(), Error> {
        if let Some(help) = &self.query
            && ask.query.trim().is_empty()
        {
            return Err(Error::Param {
                name: self.name.clone(),
                param: "queries".to_owned(),
                hint: format!("write `queries = [\"…\"]` in the watch: {help}"),
            });
        }
        for param in self.params.iter().filter(|param| !param.optional) {
            if self.value(ask, &param.name).is_none() {
                let place = match &param.env {
                    Some(env) => format!("set the environment variable {env}"),
                    None => format!("write `params.{} = \"…\"` in the watch", param.name),
                };
                return Err(Error::Param {
                    name: self.name.clone(),
                    param: param.name.clone(),
                    hint: format!("{place}; {} (like `{}`)", param.help, param.example),
                });
            }
        }
        Ok(())
    }

    fn first_page(&self) -> Option<String> {
        match self.cursor.as_ref()?.next {
            Next::Page { first, .. } => Some(first.to_string()),
            _ => None,
        }
    }

    fn since(&self, position: Option<&Position>) -> Option<String> {
        let position = position?;
        match self.request.since.as_ref()? {
            Since::Id => position.newest_id.clone(),
            Since::Time(format) => {
                let overlap = jiff::SignedDuration::try_from(self.request.since_overlap).ok()?;
                let time = position.newest_time?.checked_sub(overlap).ok()?;
                let civil = time.to_zoned_datetime(TimeZone::UTC);
                jiff::fmt::strtime::format(format, &civil).ok()
            }
        }
    }

    /// Where the address has no place for a cursor, the cursor is the address of the next page.
    /// It must stay on the host the source was asked at.
    fn follow(&self, url: Url, cursor: Option<&str>) -> Result<Url, Error> {
        let (Some(cursor), Some(rule)) = (cursor, &self.cursor) else {
            return Ok(url);
        };
        let placed = self
            .request
            .url
            .slots()
            .any(|slot| matches!(slot.name.as_str(), "cursor" | "page"));
        if placed || rule.key.is_some() {
            return Ok(url);
        }
        let next = Url::parse(cursor).map_err(|e| self.bad_url(cursor, e.to_string()))?;
        if next.origin() != url.origin() {
            return Err(self.bad_url(cursor, "the next page is on another host".to_owned()));
        }
        Ok(next)
    }

    fn request_text(&self) -> &str {
        &self.request.shown
    }

    fn bad_url(&self, url: &str, why: String) -> Error {
        Error::Url {
            name: self.name.clone(),
            url: url.to_owned(),
            why,
        }
    }
}
