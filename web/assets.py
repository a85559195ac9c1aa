"""The page's own files: styles, scripts, the icon. Read once, packed once, and named by what is in them."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "static"
_MIMES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and packed."""

    mime: str
    plain: bytes
    packed: bytes


class Assets:
    """All files of the folder. Their address holds a digest of them all, so browsers may keep them for good."""

    def __init__(self, folder: Path = FOLDER) -> None:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _MIMES)
        self._files = {path.name: _read(path) for path in paths}
        digest = hashlib.sha256()
        for name, asset in self._files.items():
            digest.update(name.encode() + b"\0" + asset.plain)
        self._version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Where a file is found.

        Raises:
            KeyError: there is none of that name.
        """
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self._version}/{name}"

    def names(self, suffix: str) -> list[str]:
        """The files with this suffix."""
        return [name for name in self._files if name.endswith(suffix)]

    def route(self) -> Route:
        """Serves them."""
        return Route("/static/{version}/{name}", self._serve)

    async def _serve(self, request: Request) -> Response:
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        current = request.path_params["version"] == self._version
        headers = {"Cache-Control": _FOREVER if current else "no-cache", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.mime, headers=headers)
        return Response(asset.plain, media_type=asset.mime, headers=headers)


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    return Asset(_MIMES[path.suffix], plain, gzip.compress(plain, 9, mtime=0))
