from os import PathLike
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

class SoundFileError(Exception): ...
class LibsndfileError(SoundFileError, RuntimeError): ...

class SoundFile:
    samplerate: int
    channels: int
    frames: int
    def __init__(
        self,
        file: str | PathLike[str] | int,
        mode: str = "r",
        samplerate: int | None = None,
        channels: int | None = None,
        subtype: str | None = None,
        endian: str | None = None,
        format: str | None = None,
        closefd: bool = True,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...
    def read(self, frames: int = -1, dtype: Literal["int16"] = "int16") -> npt.NDArray[np.int16]: ...
    def seek(self, frames: int, whence: int = 0) -> int: ...
    def close(self) -> None: ...

def read(
    file: str | PathLike[str], dtype: Literal["int16"] = "int16", always_2d: bool = False
) -> tuple[npt.NDArray[np.int16], int]: ...
def write(
    file: str | PathLike[str], data: npt.NDArray[np.int16], samplerate: int, subtype: str | None = None
) -> None: ...
