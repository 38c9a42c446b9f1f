import _multiprocessing
import multiprocessing
import threading
from multiprocessing.pool import ThreadPool

import pytest

from grader.worker import semaphores
from grader.worker.semaphores import ThreadSemaphore


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """Use them in this test, and the system's own again afterwards."""
    monkeypatch.setattr(_multiprocessing, "SemLock", _multiprocessing.SemLock)
    monkeypatch.setenv("JOBLIB_MULTIPROCESSING", "1")
    semaphores.use_threads_semaphores()


def elsewhere(function):
    """Return what a function returns in another thread."""
    kept = []
    thread = threading.Thread(target=lambda: kept.append(function()))
    thread.start()
    thread.join(10)
    return kept[0]


def test_a_pool_of_threads_works():
    with ThreadPool(3) as pool:
        assert pool.map(abs, range(-20, 0)) == list(range(20, 0, -1))


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_a_lock_keeps_others_out(kind):
    lock = getattr(multiprocessing.get_context("spawn"), kind)()

    with lock:
        assert not elsewhere(lambda: lock.acquire(timeout=0.01))
        assert not elsewhere(lambda: lock.acquire(block=False))
    assert elsewhere(lambda: lock.acquire(timeout=1))


def test_its_owner_takes_a_recursive_lock_again_and_gives_it_back_as_often():
    lock = multiprocessing.RLock()

    with lock:
        with lock:
            pass
        assert not elsewhere(lambda: lock.acquire(block=False))
    assert elsewhere(lambda: lock.acquire(block=False))


def test_only_the_owner_gives_a_recursive_lock_back():
    lock = multiprocessing.RLock()

    with pytest.raises(AssertionError, match="another thread"):
        lock.release()


def test_a_semaphore_counts():
    semaphore = multiprocessing.Semaphore(2)

    assert [semaphore.acquire(block=False) for _ in range(3)] == [True, True, False]
    semaphore.release()
    assert semaphore.get_value() == 1


def test_a_bounded_semaphore_is_not_released_too_often():
    with pytest.raises(ValueError, match="too many times"):
        multiprocessing.BoundedSemaphore(1).release()


def test_conditions_and_events_work():
    event = multiprocessing.Event()

    assert not event.wait(0.01)
    elsewhere(event.set)
    assert event.wait(1)


def test_a_lock_is_not_given_to_another_process():
    with pytest.raises(RuntimeError, match="another process"):
        ThreadSemaphore._rebuild(1, 1, 1, "x")
