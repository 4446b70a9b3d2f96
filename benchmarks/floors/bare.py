"""``python -m benchmarks.floors.bare``: an ASGI application that does nothing but answer.

It shows what the load generator can do: no row can be measured more quickly than this.
"""

import os
from typing import Any

import uvicorn

from benchmarks.processes import HOST

_BODY = b'{"status":"ok"}'
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BODY)).encode()),
    ],
}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    del scope, receive
    await send(_START)
    await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    uvicorn.run(
        app, host=HOST, port=int(os.environ["FLOOR_PORT"]), loop="uvloop", http="httptools",
        access_log=False, log_config=None, server_header=False, lifespan="off",
    )  # fmt: skip
