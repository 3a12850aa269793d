"""A model as bytes: one zip of arrays and JSON, no pickle, checked before anything is used.

Layout: `state.json` is the state with each array replaced by {"array": "aN"} and each long list
of strings by {"lines": "tN"}; `aN.npy` are arrays, `tN.txt` are strings, one to a line.
"""

import hashlib
import io
import json
import zipfile
from typing import Any

import numpy as np

MOST_BYTES = 200 * 2**20
_MOST_UNPACKED = 600 * 2**20
_MOST_FILES = 400
_KINDS = "fiub"
_LONG_LIST = 200


class BadArtefact(ValueError):
    """The bytes are no artefact of ours, or a damaged or hostile one."""


def digest(data: bytes) -> str:
    """SHA-256 of an artefact, as hex."""
    return hashlib.sha256(data).hexdigest()


def pack(state: dict[str, Any]) -> bytes:
    """A state of plain values, lists, dicts and arrays as bytes; equal states, equal bytes."""
    files: dict[str, bytes] = {}
    plain = _outwards(state, files)
    files["state.json"] = json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name in sorted(files):
            # A fixed time, so that the same model has the same digest.
            archive.writestr(
                zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)),
                files[name],
                compress_type=zipfile.ZIP_DEFLATED,
            )
    return buffer.getvalue()


def unpack(data: bytes, *, expected_digest: str = "") -> dict[str, Any]:
    """The state back. Raises `BadArtefact` for anything damaged, too large or not ours."""
    if len(data) > MOST_BYTES:
        raise BadArtefact("the artefact is too large")
    if expected_digest and digest(data) != expected_digest:
        raise BadArtefact("the digest of the artefact is not the recorded one")
    try:
        files = _files(data)
        state = _inwards(json.loads(files["state.json"]), files)
    except BadArtefact:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError) as error:
        raise BadArtefact(f"the artefact cannot be read: {error}") from error
    except (RecursionError, MemoryError, NotImplementedError, RuntimeError) as error:
        raise BadArtefact("the artefact cannot be read") from error
    if not isinstance(state, dict):
        raise BadArtefact("the artefact holds no state")
    return state


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_UNPACKED:
            raise BadArtefact("the artefact unpacks to too much")
        files: dict[str, bytes] = {}
        for info in infos:
            # The declared size is not to be trusted: read one byte more than it says.
            with archive.open(info) as stream:
                files[info.filename] = stream.read(info.file_size + 1)
            if len(files[info.filename]) != info.file_size:
                raise BadArtefact("a file of the artefact is larger than it says")
        return files


def _outwards(value: Any, files: dict[str, bytes]) -> Any:
    if isinstance(value, np.ndarray):
        name = f"a{len(files)}"
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=False)
        files[f"{name}.npy"] = buffer.getvalue()
        return {"array": name}
    if isinstance(value, dict):
        return {str(key): _outwards(inner, files) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        if len(value) > _LONG_LIST and all(_one_line(inner) for inner in value):
            name = f"t{len(files)}"
            files[f"{name}.txt"] = "\n".join(value).encode("utf-8", "surrogatepass")
            return {"lines": name}
        return [_outwards(inner, files) for inner in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def _one_line(value: Any) -> bool:
    return isinstance(value, str) and "\n" not in value


def _inwards(value: Any, files: dict[str, bytes]) -> Any:
    if isinstance(value, list):
        return [_inwards(inner, files) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"array"}:
        array = np.load(io.BytesIO(files[f"{value['array']}.npy"]), allow_pickle=False)
        if array.dtype.kind not in _KINDS:
            raise BadArtefact("an array of the artefact is of a kind we never write")
        return array
    if set(value) == {"lines"}:
        return files[f"{value['lines']}.txt"].decode("utf-8", "surrogatepass").split("\n")
    return {key: _inwards(inner, files) for key, inner in value.items()}
