//! The facts about passwords (AUTHN-02), the bounds of the lane, and that it says nothing by its time.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Instant;

use super::*;

fn lane(threads: usize) -> PasswordLane {
    PasswordLane::start(NonZeroUsize::new(threads).unwrap()).unwrap()
}

fn typed(text: &str) -> Password {
    Password::typed(text.to_owned()).unwrap()
}

fn is_right(lane: &PasswordLane, stored: &PhcString, text: &str) -> bool {
    lane.verify_blocking(Some(stored.clone()), typed(text))
        .unwrap()
        == Verdict::Right
}

#[test]
fn authn_02_every_byte_of_a_password_counts() {
    let lane = lane(1);
    let long = "a".repeat(1024);
    let pairs = [
        (&*"b".repeat(73), &*format!("{}c", "b".repeat(72))),
        (&*long, &long[..1023]),
        ("nul\0inside", "nul"),
        ("nul\0inside", "nul\0outside"),
        (" blanks ", "blanks"),
        ("two  blanks", "two blanks"),
        ("🦊🌋🪐", "🦊🌋🪁"),
        ("caf\u{e9} noir", "cafe\u{301} noir"),
        ("Capital", "capital"),
    ];
    for (password, other) in pairs {
        let stored = lane.hash_blocking(typed(password)).unwrap();
        assert!(is_right(&lane, &stored, password), "{password:?}");
        assert!(
            !is_right(&lane, &stored, other),
            "{password:?} taken for {other:?}"
        );
    }
}

#[test]
fn the_same_password_has_another_hash_each_time() {
    let lane = lane(1);
    let (one, two) = (
        lane.hash_blocking(typed("x")),
        lane.hash_blocking(typed("x")),
    );
    assert_ne!(one.unwrap().as_str(), two.unwrap().as_str());
}

#[test]
fn a_hash_of_the_reference_implementation_is_read() {
    // Made by the C library: hash_secret(b"password", b"somesaltsomesalt", 3, 32768, 2, 32, Type.ID)
    let stored = "$argon2id$v=19$m=32768,t=3,p=2$c29tZXNhbHRzb21lc2FsdA\
                  $TT7z34YZhoObnNdOBJ+FQJr1zBVT8PitdKbeCUQjjws";
    let stored = PhcString::parse(stored).unwrap();
    let lane = lane(1);
    let verdict = lane.verify_blocking(Some(stored.clone()), typed("password"));
    assert_eq!(verdict, Ok(Verdict::RightButOld));
    assert_eq!(
        lane.verify_blocking(Some(stored), typed("passwort")),
        Ok(Verdict::Wrong)
    );
}

#[test]
fn nobody_takes_as_long_as_somebody() {
    let lane = lane(1);
    let stored = lane.hash_blocking(typed("right")).unwrap();
    let time = |stored: Option<PhcString>| {
        let mut times: Vec<_> = (0..9)
            .map(|_| {
                let started = Instant::now();
                let verdict = lane
                    .verify_blocking(stored.clone(), typed("wrong"))
                    .unwrap();
                assert_eq!(verdict, Verdict::Wrong);
                started.elapsed()
            })
            .collect();
        times.sort();
        times[4]
    };
    let (somebody, nobody) = (time(Some(stored)), time(None));
    assert!(
        nobody * 2 > somebody && somebody * 2 > nobody,
        "{somebody:?} {nobody:?}"
    );
}

#[test]
fn more_than_a_second_of_work_is_not_taken() {
    let lane = lane(1);
    let waiting: Vec<_> = (0..1_000)
        .map(|_| lane.enqueue_verify(None, typed("x")))
        .collect();
    let refused = waiting.iter().filter(|answer| answer.is_err()).count();
    assert!((500..1_000).contains(&refused), "{refused}");
    let error = waiting
        .iter()
        .find_map(|answer| answer.as_ref().err())
        .unwrap();
    assert_eq!(
        *error,
        LaneError::Busy {
            retry_after: Duration::from_secs(2)
        }
    );
    // Those who have gone away are skipped, so that the lane is free at once.
    drop(waiting);
    let started = Instant::now();
    while lane.load.pending.load(Ordering::Relaxed) > 0 {
        assert!(started.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(lane.verify_blocking(None, typed("x")), Ok(Verdict::Wrong));
}

#[tokio::test]
async fn ovl_07_who_gets_no_turn_is_asked_to_come_back() {
    let lane = lane(1);
    let first = lane.turn().await.unwrap();
    let second = lane.turn().await.unwrap();
    let started = Instant::now();
    let refused = lane.turn().await.unwrap_err();
    assert!(started.elapsed() >= LONGEST_TURN, "{:?}", started.elapsed());
    assert_eq!(
        refused,
        LaneError::Busy {
            retry_after: LONGEST_TURN
        }
    );
    let (third, ()) = tokio::join!(lane.turn(), async { drop(first) });
    assert!(third.is_ok());
    drop(second);
}

#[cfg(target_os = "linux")]
#[test]
fn ovl_07_only_the_threads_that_hash_stand_back() {
    let lane = lane(2);
    lane.verify_blocking(None, typed("x")).unwrap();
    let mut priorities = Vec::new();
    for thread in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        let name = std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // The fields after the name, which may hold blanks; the nice value is the nineteenth of all.
        let nice = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.split(' ').nth(16));
        priorities.push((name.starts_with("password-"), nice == Some("10")));
    }
    assert!(priorities.contains(&(true, true)));
    assert!(priorities.contains(&(false, false)), "{priorities:?}");
    assert!(!priorities.contains(&(false, true)), "{priorities:?}");
}

#[test]
fn the_threads_end_with_the_lane() {
    let lane = lane(2);
    let load = Arc::downgrade(&lane.load);
    drop(lane);
    let started = Instant::now();
    while load.strong_count() > 0 {
        assert!(started.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(1));
    }
}
