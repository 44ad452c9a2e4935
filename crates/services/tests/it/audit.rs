//! The audit chain: written by one way only, with the deed or not at all, and every tampering found.
