"""Making the private copy, with programs in place of apt-get and dpkg-deb that do what the test says."""

import asyncio
import os
from pathlib import Path

import pytest

from asterisk_conf import private_copy
from asterisk_conf.private_copy import install_copy, installed_copy
from asterisk_conf.problem import AsteriskProblem

MIRROR = 'case "$1" in indextargets) echo "http://mirror.example/debian Debian"; exit 0;; esac\n'
# Unpacks an "Asterisk" whose loader is a shell script: it is called as `loader --library-path L asterisk -V`.
UNPACK = """
root="$3"
mkdir -p "$root/usr/sbin" "$root/usr/lib/test/asterisk/modules" "$root/usr/share/asterisk"
printf '#!/bin/sh\\necho "Asterisk 22.10.1+test"\\n' > "$root/usr/lib/test/ld-linux-test.so.2"
chmod +x "$root/usr/lib/test/ld-linux-test.so.2"
touch "$root/usr/sbin/asterisk" "$root/usr/lib/test/asterisk/modules/chan_pjsip.so"
"""
DOWNLOAD = """
for option; do case "$option" in Dir::Cache=*) cache="${option#Dir::Cache=}";; esac; done
case "$*" in *download-only*) touch "$cache/archives/asterisk_22.deb" "$cache/archives/libc6_2.deb";; esac
"""


class Tools:
    """A folder of programs that is all of PATH, beside the shell's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("apt-get", MIRROR + DOWNLOAD)
        self.write("dpkg-deb", UNPACK)

    def write(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in ("mkdir", "touch", "chmod", "cat", "sleep"):
        (folder / program).symlink_to(
            next(p for p in (Path("/bin") / program, Path("/usr/bin") / program) if p.exists())
        )
    keyring = tmp_path / "keyring.gpg"
    keyring.touch()
    monkeypatch.setattr(private_copy, "_KEYRING", keyring)
    monkeypatch.setenv("PATH", str(folder))
    return Tools(folder)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def leftovers(cache: Path) -> list[str]:
    """What is in the cache besides the lock and complete copies."""
    return [p.name for p in cache.iterdir() if p.name not in (".asterisk-install.lock", "asterisk-22.10.1")]


async def test_a_copy_is_made_named_and_found_again(tools: Tools, cache: Path) -> None:
    lines: list[str] = []
    program = await install_copy(cache, lines.append)
    assert program.version == (22, 10, 1)
    assert program.private
    assert program.modules == cache / "asterisk-22.10.1/usr/lib/test/asterisk/modules"
    assert installed_copy(cache) == program
    assert [line.partition(":")[0] for line in lines] == ["Asterisk"] * 3
    assert leftovers(cache) == []


async def test_a_copy_that_is_there_is_not_made_again(tools: Tools, cache: Path) -> None:
    first = await install_copy(cache, lambda line: None)
    tools.write("apt-get", "exit 1\n")
    assert await install_copy(cache, lambda line: None) == first


async def test_no_network_is_one_clear_sentence(tools: Tools, cache: Path) -> None:
    tools.write(
        "apt-get", MIRROR + "echo \"E: Failed to fetch http://x  Could not resolve 'mirror'\"; exit 100\n"
    )
    with pytest.raises(AsteriskProblem, match=r"mirror cannot be reached; check the network and start again"):
        await install_copy(cache, lambda line: None)
    assert leftovers(cache) == []


async def test_another_failure_of_apt_says_what_apt_said(tools: Tools, cache: Path) -> None:
    tools.write("apt-get", MIRROR + 'echo "E: Unable to locate package asterisk"; exit 100\n')
    with pytest.raises(AsteriskProblem, match="could not be downloaded: Unable to locate package asterisk"):
        await install_copy(cache, lambda line: None)


async def test_a_machine_without_a_debian_mirror_is_told_what_to_do(tools: Tools, cache: Path) -> None:
    tools.write("apt-get", "exit 0\n")
    with pytest.raises(AsteriskProblem, match="no Debian mirror"):
        await install_copy(cache, lambda line: None)


async def test_a_machine_without_the_tools_is_told_what_to_install(tools: Tools, cache: Path) -> None:
    (tools.folder / "dpkg-deb").unlink()
    with pytest.raises(AsteriskProblem, match="dpkg-deb is missing"):
        await install_copy(cache, lambda line: None)


async def test_a_package_that_cannot_be_unpacked_leaves_nothing(tools: Tools, cache: Path) -> None:
    tools.write("dpkg-deb", 'echo "cannot write"; exit 2\n')
    with pytest.raises(AsteriskProblem, match=r"\.deb could not be unpacked"):
        await install_copy(cache, lambda line: None)
    assert leftovers(cache) == []


async def test_an_interrupted_run_leaves_nothing_that_looks_complete(
    tools: Tools, cache: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "unpacking"
    os.mkfifo(pipe)
    tools.write("dpkg-deb", f'{UNPACK}\necho x > "{pipe}"; sleep 60\n')
    run = asyncio.create_task(install_copy(cache, lambda line: None))
    assert await asyncio.to_thread(pipe.read_text) == "x\n"
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert installed_copy(cache) is None
    assert leftovers(cache) == []


async def test_what_a_killed_run_left_is_cleared_by_the_next(tools: Tools, cache: Path) -> None:
    (cache / ".asterisk-unfinished-old/root/usr/sbin").mkdir(parents=True)
    assert installed_copy(cache) is None
    await install_copy(cache, lambda line: None)
    assert leftovers(cache) == []


async def test_two_set_ups_at_once_download_once(tools: Tools, cache: Path) -> None:
    count = cache.parent / "downloads"
    tools.write("apt-get", MIRROR + DOWNLOAD + f'case "$*" in *download-only*) echo x >> "{count}";; esac\n')
    first, second = await asyncio.gather(
        install_copy(cache, lambda line: None), install_copy(cache, lambda line: None)
    )
    assert first == second
    assert count.read_text() == "x\n"


async def test_no_room_is_said_before_the_download(
    tools: Tools, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_copy, "_UNPACKED_BYTES", 1 << 60)
    with pytest.raises(AsteriskProblem, match="make room"):
        await install_copy(cache, lambda line: None)


async def test_the_mirror_is_verified_with_debians_own_keys(
    tools: Tools, cache: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "sources"
    show = f'for o; do case "$o" in Dir::Etc::sourcelist=*) cat "${{o#*=}}" > "{kept}";; esac; done\n'
    tools.write("apt-get", MIRROR + show + DOWNLOAD)
    await install_copy(cache, lambda line: None)
    keyring = private_copy._KEYRING
    assert kept.read_text() == f"deb [signed-by={keyring}] http://mirror.example/debian testing main\n"


def test_the_newest_copy_counts_and_a_broken_one_does_not(cache: Path) -> None:
    for version, sound in (("20.9.3", True), ("22.10.1", True), ("23.0.0", False)):
        root = cache / f"asterisk-{version}"
        (root / "usr/lib/test/asterisk/modules").mkdir(parents=True)
        (root / "usr/sbin").mkdir(parents=True)
        (root / "usr/lib/test/asterisk/modules/chan_pjsip.so").touch()
        if sound:
            (root / "usr/sbin/asterisk").touch()
        loader = root / "usr/lib/test/ld-linux-test.so.2"
        loader.write_text(f"#!/bin/sh\necho Asterisk {version}\n")
        loader.chmod(0o755)
    assert os.access(loader, os.X_OK)
    found = installed_copy(cache)
    assert found is not None
    assert found.version == (22, 10, 1)
