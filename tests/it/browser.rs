//! A browser without scripts: it follows links and redirects, keeps its cookie, fills forms in and presses their buttons.

use poem::http::Method;
use scraper::{ElementRef, Html, Selector};

use crate::service::{Answer, Client, PASSWORD, Service};

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser {
    nobody: Client,
    pub cookie: Option<String>,
}

impl Browser {
    /// A browser that nobody has signed in with.
    pub fn new(service: &Service) -> Self {
        Self { nobody: service.anonymous(), cookie: None }
    }

    /// A browser in which this person is signed in.
    pub async fn of(client: &Client) -> Self {
        let mut browser = Self::new(&client.service);
        browser.signs_in(&client.email).await;
        browser
    }

    /// Signs a person of the tests in.
    pub async fn signs_in(&mut self, email: &str) -> Page {
        let page = self.visit("/sign-in").await;
        let page = self.press(&page, "Sign in", &[("email", email), ("password", PASSWORD)]).await;
        assert!(self.cookie.is_some(), "signed in: {}", page.answer.text);
        page
    }

    /// Opens an address and follows where it leads.
    pub async fn visit(&mut self, path: &str) -> Page {
        let answer = self.send(Method::GET, path, String::new()).await;
        self.follow(path.to_owned(), answer).await
    }

    /// Fills in the form with this button, and presses it. What is not named keeps what the page put there.
    pub async fn press(&mut self, page: &Page, button: &str, typed: &[(&str, &str)]) -> Page {
        let (method, action, body) = page.filled(button, typed);
        if method == Method::GET {
            return self.visit(&format!("{}?{body}", action.split('?').next().unwrap())).await;
        }
        let answer = self.send(method, &action, body).await;
        self.follow(action, answer).await
    }

    /// Opens the page that a link with this text leads to.
    pub async fn click(&mut self, page: &Page, link: &str) -> Page {
        let href = page.link(link).unwrap_or_else(|| panic!("no link {link:?} in {}", page.answer.text));
        self.visit(&href).await
    }

    /// One request as a browser sends it, with nothing followed.
    pub async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let cookie = self.cookie.clone().unwrap_or_default();
        let mut headers = vec![("accept", "text/html,application/xhtml+xml"), ("sec-fetch-site", "same-origin")];
        if method == Method::POST {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        if !cookie.is_empty() {
            headers.push(("cookie", cookie.as_str()));
        }
        let answer = self.nobody.send(method, &format!("/root{path}"), &headers, body).await;
        if let Some(set) = answer.headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        answer
    }

    /// What the page's script sends: a form, for a few words in JSON.
    pub async fn json(&mut self, path: &str, body: &str) -> Answer {
        let cookie = self.cookie.clone().unwrap_or_default();
        let headers = [
            ("accept", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", cookie.as_str()),
        ];
        self.nobody.send(Method::POST, &format!("/root{path}"), &headers, body.to_owned()).await
    }

    /// A form that another site's page sends with this browser.
    pub async fn send_from_elsewhere(&self, path: &str, body: String) -> Answer {
        let cookie = self.cookie.clone().unwrap_or_default();
        let headers = [
            ("accept", "text/html"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://elsewhere.example"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", cookie.as_str()),
        ];
        self.nobody.send(Method::POST, &format!("/root{path}"), &headers, body).await
    }

    async fn follow(&mut self, path: String, mut answer: Answer) -> Page {
        let mut path = path;
        for _ in 0..5 {
            if !matches!(answer.status, 302 | 303 | 307) {
                break;
            }
            path = answer.header("location").to_owned();
            answer = self.send(Method::GET, &path, String::new()).await;
        }
        Page { answer, path }
    }
}

/// A page, to look into. It is parsed at each look: what a parser makes stays on its thread.
pub struct Page {
    pub answer: Answer,
    /// Where it is.
    pub path: String,
}

impl Page {
    pub fn of(answer: Answer, path: &str) -> Self {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{}", answer.text);
        Self { answer, path: path.to_owned() }
    }

    /// The page, if it has that status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.answer.status, status, "{}: {}", self.path, self.answer.text);
        self
    }

    /// The texts of what a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let (html, selector) = (Html::parse_document(&self.answer.text), Selector::parse(selector).unwrap());
        html.select(&selector).map(text).collect()
    }

    /// The heading.
    pub fn heading(&self) -> String {
        self.texts("h1").join(" | ")
    }

    /// Whether the page's own content says this.
    pub fn says(&self, words: &str) -> bool {
        self.texts("main").iter().any(|text| text.contains(words))
    }

    /// What is wrong, as the top of the page lists it.
    pub fn problems(&self) -> Vec<String> {
        self.texts(".govuk-error-summary__list li")
    }

    /// An attribute of everything that a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let (html, selector) = (Html::parse_document(&self.answer.text), Selector::parse(selector).unwrap());
        html.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// What a field holds.
    pub fn field(&self, name: &str) -> String {
        let html = Html::parse_document(&self.answer.text);
        let every = fields(html.root_element());
        every.into_iter().find(|(known, _)| known == name).map(|(_, value)| value).unwrap_or_default()
    }

    /// Where the link with this text leads.
    pub fn link(&self, link: &str) -> Option<String> {
        let (html, selector) = (Html::parse_document(&self.answer.text), Selector::parse("a[href]").unwrap());
        let found = html.select(&selector).find(|element| text(*element) == link);
        found.and_then(|element| element.attr("href")).map(str::to_owned)
    }

    /// The names of the buttons.
    pub fn buttons(&self) -> Vec<String> {
        self.texts("main button")
    }

    /// The request that pressing a button makes.
    #[track_caller]
    pub fn filled(&self, button: &str, typed: &[(&str, &str)]) -> (Method, String, String) {
        let html = Html::parse_document(&self.answer.text);
        let selector = Selector::parse("button").unwrap();
        let pressed = html.select(&selector).find(|element| text(*element) == button);
        let pressed = pressed.unwrap_or_else(|| panic!("no button {button:?} in {}", self.answer.text));
        let form = pressed.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "form");
        let form = form.unwrap_or_else(|| panic!("{button:?} is in no form"));
        let mut pairs: Vec<(String, String)> = fields(form);
        for (name, _) in typed {
            pairs.retain(|(known, _)| known != name);
        }
        pairs.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(name) = pressed.attr("name") {
            pairs.push((name.to_owned(), pressed.attr("value").unwrap_or_default().to_owned()));
        }
        // As browsers do: a line ends with CR LF.
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &pairs {
            body.append_pair(name, &value.replace("\r\n", "\n").replace('\n', "\r\n"));
        }
        let method = if form.attr("method") == Some("post") { Method::POST } else { Method::GET };
        let action = pressed.attr("formaction").or_else(|| form.attr("action")).unwrap_or(&self.path);
        let here = self.path.split('?').next().unwrap_or_default();
        let action = if action.starts_with('?') { format!("{here}{action}") } else { action.to_owned() };
        (method, action, body.finish())
    }
}

/// What the fields of a form hold before anybody touches them.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let selector = Selector::parse("input[name], textarea[name], select[name]").unwrap();
    let chosen = Selector::parse("option[selected]").unwrap();
    let first = Selector::parse("option").unwrap();
    let mut pairs = Vec::new();
    for field in form.select(&selector) {
        let name = field.attr("name").unwrap().to_owned();
        let value = match (field.value().name(), field.attr("type")) {
            ("textarea", _) => {
                let whole: String = field.text().collect();
                Some(whole)
            }
            ("select", _) => {
                let option = field.select(&chosen).next().or_else(|| field.select(&first).next());
                option.map(|option| option.attr("value").map_or_else(|| text(option), str::to_owned))
            }
            (_, Some("checkbox" | "radio")) if field.attr("checked").is_none() => None,
            _ => Some(field.attr("value").unwrap_or_default().to_owned()),
        };
        pairs.extend(value.map(|value| (name, value)));
    }
    pairs
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
