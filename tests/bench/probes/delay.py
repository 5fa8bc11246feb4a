"""User-space delay: every answer of a server reaches the client DELAY seconds after the server sent it.

tcp(port, delay) and udp(addr, delay, listen) start a proxy each and give its port; connecting itself costs nothing.
"""
import asyncio
import threading

_loop = asyncio.new_event_loop()
threading.Thread(target=_loop.run_forever, daemon=True).start()


async def _pump_now(r, w):
    try:
        while data := await r.read(65536):
            w.write(data)
            await w.drain()
    except OSError:
        pass
    w.close()


async def _pump_late(r, w, delay):
    queue = asyncio.Queue()

    async def read():
        try:
            while data := await r.read(65536):
                queue.put_nowait((_loop.time() + delay, data))
        except OSError:
            pass
        queue.put_nowait((_loop.time() + delay, None))

    async def write():
        while True:
            at, data = await queue.get()
            await asyncio.sleep(max(0, at - _loop.time()))
            if data is None:
                break
            w.write(data)
            await w.drain()
        w.close()
    try:
        await asyncio.gather(read(), write())
    except OSError:
        w.close()


def tcp(port, delay, listen=0):
    async def one(r, w):
        try:
            r2, w2 = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            w.close()
            return
        await asyncio.gather(_pump_now(r, w2), _pump_late(r2, w, delay))

    async def start():
        return (await asyncio.start_server(one, "127.0.0.1", listen, backlog=256)).sockets[0].getsockname()[1]
    return asyncio.run_coroutine_threadsafe(start(), _loop).result()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server, delay):
        self.server, self.delay = server, delay

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        asyncio.ensure_future(self.ask(data, addr), loop=_loop)

    async def ask(self, data, addr):
        got = _loop.create_future()

        class Once(asyncio.DatagramProtocol):
            def datagram_received(self, answer, _):
                if not got.done():
                    got.set_result(answer)
        t, _ = await _loop.create_datagram_endpoint(Once, remote_addr=self.server)
        t.sendto(data)
        try:
            answer = await asyncio.wait_for(got, 10)
            await asyncio.sleep(self.delay)
            self.transport.sendto(answer, addr)
        except asyncio.TimeoutError:
            pass
        t.close()


def udp(server, delay, listen):
    async def start():
        t, _ = await _loop.create_datagram_endpoint(lambda: _Udp(server, delay), local_addr=listen)
        return t.get_extra_info("sockname")[1]
    return asyncio.run_coroutine_threadsafe(start(), _loop).result()
