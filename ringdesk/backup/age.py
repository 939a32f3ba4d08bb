"""Files encrypted with a passphrase in the age format, version 1, written and read as streams of any length.

The format is that of https://age-encryption.org/v1: the program `age` opens what is written here, and the
other way round.
"""

import base64
import hmac
import io
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

if TYPE_CHECKING:
    from typing_extensions import Buffer

_VERSION = b"age-encryption.org/v1"
_LABEL = _VERSION + b"/scrypt"
_FIRST_LINE = _VERSION + b"\n"
_CHUNK = 64 * 1024
_TAG = 16
_FILE_KEY, _SALT, _NONCE = 16, 16, 16
# One guess costs 256 MiB and about a second, as with `age -p`.
_WORK = 18
# A stranger's file must not take all memory: 20 are 1 GiB.
_MOST_WORK = 20
_LONGEST_LINE = 256


class WrongPassphrase(ValueError):
    """The passphrase does not open the file."""


class NotReadable(ValueError):
    """The file is damaged, or encrypted in another way than with a passphrase; the text says which."""


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether an age file begins here; the file is left where it was."""
    start = file.tell()
    try:
        return file.read(len(_FIRST_LINE)) == _FIRST_LINE
    finally:
        file.seek(start)


class Encrypting(io.RawIOBase):
    """What is written to it reaches `target` encrypted; `close` writes the end and leaves `target` open."""

    def __init__(self, target: IO[bytes], passphrase: str, *, work: int = _WORK) -> None:
        file_key, salt, nonce = os.urandom(_FILE_KEY), os.urandom(_SALT), os.urandom(_NONCE)
        wrapped = _cipher(passphrase, salt, work).encrypt(bytes(12), file_key, None)
        header = _FIRST_LINE + b"-> scrypt %s %d\n%s\n---" % (_base64(salt), work, _base64(wrapped))
        target.write(b"%s %s\n%s" % (header, _base64(_header_mac(file_key, header)), nonce))
        self._target = target
        self._chunks = _Chunks(file_key, nonce)
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, piece: "Buffer") -> int:
        """Takes all of it. The last whole chunk waits: only `close` knows whether it is the last of all."""
        self._waiting += piece
        while len(self._waiting) > _CHUNK:
            self._target.write(self._chunks.seal(bytes(self._waiting[:_CHUNK]), last=False))
            del self._waiting[:_CHUNK]
        return memoryview(piece).nbytes

    def close(self) -> None:
        """Without the mark of the last chunk a reader takes the file for cut off."""
        if not self.closed:
            self._target.write(self._chunks.seal(bytes(self._waiting), last=True))
        super().close()


class Decrypting(io.RawIOBase):
    """The content of an age file, read from where `source` stands.

    Raises WrongPassphrase or NotReadable, also in the middle: nothing is handed out that was not proven.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        file_key = _open_header(source, passphrase)
        nonce = source.read(_NONCE)
        if len(nonce) != _NONCE:
            raise NotReadable("it is cut off")
        self._pieces = _opened(source, _Chunks(file_key, nonce))
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "Buffer") -> int:
        """The next bytes, at most one chunk; 0 at the end."""
        if not self._piece:
            self._piece = memoryview(next(self._pieces, b""))
        place = memoryview(buffer).cast("B")
        count = min(len(place), len(self._piece))
        place[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


class _Chunks:
    """The payload's cipher: each chunk has its number and whether it is the last one in its nonce."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._number = 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._next(last), chunk, None)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._next(last), sealed, None)
        except InvalidTag:
            raise NotReadable("it is cut off or was changed") from None

    def _next(self, last: bool) -> bytes:
        nonce = self._number.to_bytes(11, "big") + bytes([last])
        self._number += 1
        return nonce


def _opened(source: IO[bytes], chunks: _Chunks) -> Iterator[bytes]:
    """One chunk is read ahead, to know which is the last."""
    sealed = source.read(_CHUNK + _TAG)
    while following := source.read(_CHUNK + _TAG):
        yield chunks.open(sealed, last=False)
        sealed = following
    if len(sealed) < _TAG:
        raise NotReadable("it is cut off")
    yield chunks.open(sealed, last=True)


def _open_header(source: IO[bytes], passphrase: str) -> bytes:
    """The file key."""
    lines = [source.readline(_LONGEST_LINE) for _ in range(4)]
    kind = lines[1].split()
    if lines[0] != _FIRST_LINE or kind[:1] != [b"->"]:
        raise NotReadable("it is not a file of age, version 1")
    if kind[1:2] != [b"scrypt"] or len(kind) != 4:
        raise NotReadable("it is encrypted for a key, not with a passphrase; decrypt it with age first")
    if not kind[3].isdigit() or not 1 <= int(kind[3]) <= _MOST_WORK:
        raise NotReadable(f"its work factor is not one from 1 to {_MOST_WORK}")
    if not lines[3].startswith(b"--- "):
        raise NotReadable("it is damaged")
    try:
        cipher = _cipher(passphrase, _bytes(kind[2]), int(kind[3]))
        file_key = cipher.decrypt(bytes(12), _bytes(lines[2].rstrip(b"\n")), None)
    except InvalidTag:
        raise WrongPassphrase("the passphrase is not the right one") from None
    proof = _header_mac(file_key, b"".join(lines[:3]) + b"---")
    if not hmac.compare_digest(_bytes(lines[3][4:].rstrip(b"\n")), proof):
        raise NotReadable("it is damaged")
    return file_key


def _cipher(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    derivation = Scrypt(salt=_LABEL + salt, length=32, n=1 << work, r=8, p=1)
    return ChaCha20Poly1305(derivation.derive(passphrase.encode()))


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")


def _derived(file_key: bytes, salt: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=label).derive(file_key)


def _base64(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Only the one form that the format allows: no padding, and nothing in the bits that are left over."""
    try:
        content = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise NotReadable("it is damaged") from None
    if _base64(content) != text:
        raise NotReadable("it is damaged")
    return content
