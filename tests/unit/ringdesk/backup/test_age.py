"""The age format, against another implementation of it, and with what damages or attacks it."""

import io
import os
import tracemalloc
from typing import IO, cast

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from ringdesk.backup import age
from ringdesk.backup.age import Decrypting, Encrypting, NotReadable, WrongPassphrase, is_encrypted

PASSPHRASE = "four words in a row"
CHUNK = 64 * 1024
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]


def sealed(content: bytes, *, piece: int = 10_007) -> bytes:
    target = io.BytesIO()
    with Encrypting(target, PASSPHRASE, work=4) as file:
        for start in range(0, len(content), piece):
            assert file.write(content[start : start + piece]) == len(content[start : start + piece])
    return target.getvalue()


def opened(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return io.BufferedReader(Decrypting(io.BytesIO(content), passphrase)).read()


@pytest.mark.parametrize("size", SIZES)
def test_another_implementation_opens_it_and_so_do_we(size: int) -> None:
    content = os.urandom(size)
    encrypted = sealed(content)
    assert pyrage.passphrase.decrypt(encrypted, PASSPHRASE) == content
    assert opened(encrypted) == content


# Made by the program age 1.1.1: printf 'written by age' | age --passphrase
BY_AGE = bytes.fromhex(
    "6167652d656e6372797074696f6e2e6f72672f76310a2d3e20736372797074206e42756f78504c432b2b536b79664978"
    "5830484674672031380a4665677a412b595952764f564850716a687261416a4677324f31716b727676382b41616a5471"
    "43763256410a2d2d2d2073414b7873687062795943527a39686c416d5a7356424233354a517743553164564c2f6b6755"
    "74437a38380a54ab60ffa547663e8e2b032504f722d29281451d737a9274ac7f3ef90874b5ec8f5ee28a4d0960524f35"
    "d3c471fe"
)


def test_what_the_program_age_wrote_is_opened() -> None:
    assert opened(BY_AGE) == b"written by age"


def test_an_age_file_is_known_by_its_beginning_and_left_where_it_was() -> None:
    file = io.BytesIO(b"before" + sealed(b"x"))
    assert not is_encrypted(file)
    file.seek(6)
    assert is_encrypted(file)
    assert file.tell() == 6


def test_a_wrong_passphrase_is_told_from_damage() -> None:
    with pytest.raises(WrongPassphrase):
        opened(sealed(b"content"), "four other words")


@pytest.mark.parametrize("size", [0, 5, CHUNK, 2 * CHUNK + 9])
def test_no_byte_can_be_changed_and_no_end_cut_off(size: int) -> None:
    encrypted = sealed(bytes(size))
    for place in {*range(200), *range(200, len(encrypted), 4999), len(encrypted) - 1}:
        changed = bytearray(encrypted)
        changed[place % len(encrypted)] ^= 1
        with pytest.raises((NotReadable, WrongPassphrase)):
            opened(bytes(changed))
    for length in {0, 10, 60, 150, len(encrypted) - 1, len(encrypted) - 16, len(encrypted) // 2}:
        with pytest.raises((NotReadable, WrongPassphrase)):
            opened(encrypted[:length])


def test_whole_chunks_cannot_be_left_out_swapped_or_added() -> None:
    encrypted = sealed(bytes(3 * CHUNK))
    start = len(encrypted) - 3 * (CHUNK + 16)
    head, chunks = encrypted[:start], [encrypted[start + n * (CHUNK + 16) :][: CHUNK + 16] for n in range(3)]
    assert opened(head + b"".join(chunks)) == bytes(3 * CHUNK)
    for order in ([0, 1], [0, 2], [1, 0, 2], [0, 1, 2, 2], [0, 1, 1, 2]):
        with pytest.raises(NotReadable):
            opened(head + b"".join(chunks[n] for n in order))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (b"", "not a file of age"),
        (b"age-encryption.org/v2\n-> scrypt AAAA 10\nAA\n--- AA\n", "not a file of age"),
        (b"age-encryption.org/v1\n-> X25519 AAAA\nAA\n--- AA\n", "for a key"),
        (b"age-encryption.org/v1\n-> scrypt AAAA 40\nAA\n--- AA\n", "work factor"),
        (b"age-encryption.org/v1\n-> scrypt AAAA 21\nAA\n--- AA\n", "work factor"),
        (b"age-encryption.org/v1\n-> scrypt AAAA 0\nAA\n--- AA\n", "work factor"),
        (b"age-encryption.org/v1\n-> scrypt AAAA -1\nAA\n--- AA\n", "work factor"),
        (b"age-encryption.org/v1\n-> scrypt A*AA 10\nAA\n--- AA\n", "damaged"),
        (b"age-encryption.org/v1\n-> scrypt AAAA 10\nAA\n-> scrypt AAAA 10\nAA\n--- AA\n", "damaged"),
        (b"age-encryption.org/v1\n" + b"-> scrypt " + b"A" * 5000, "for a key"),
    ],
)
def test_a_strange_header_is_refused_before_it_costs_anything(header: bytes, why: str) -> None:
    with pytest.raises(NotReadable, match=why):
        opened(header)


def test_a_guess_costs_as_much_as_with_the_program_age(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def quick(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
        asked.append(work)
        return ChaCha20Poly1305(bytes(32))

    monkeypatch.setattr(age, "_cipher", quick)
    target = io.BytesIO()
    Encrypting(target, PASSPHRASE).close()
    assert asked == [18]
    assert target.getvalue().split(b"\n")[1].split()[-1] == BY_AGE.split(b"\n")[1].split()[-1] == b"18"


def test_memory_stays_flat_however_long_the_file_is() -> None:
    class Counting:
        """Takes everything and keeps the number of bytes alone."""

        count = 0

        def write(self, piece: bytes) -> int:
            self.count += len(piece)
            return len(piece)

    target = Counting()
    piece = bytes(1 << 20)
    with Encrypting(cast(IO[bytes], target), PASSPHRASE, work=4) as file:
        tracemalloc.start()
        try:
            for _ in range(64):
                file.write(piece)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert target.count > 64 << 20
    assert peak < 4 << 20
