//! What a browser reads that sends two values for one of our cookies.

use actix_web::http::StatusCode;

use super::Problem;

impl Problem {
    /// 400: one of the two was planted, and nobody can tell which. The answer takes back what others may have set.
    #[must_use]
    pub fn planted_cookies() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "Please load this page again",
            "Your browser sent two different cookies for the same thing. Another site may have planted one of them, so \
             neither was used, and your browser was asked to delete the one that is not ours. If you see this page again, \
             delete the cookies of this site in your browser's settings and sign in.",
        )
    }
}
