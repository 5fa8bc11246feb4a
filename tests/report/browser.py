#!/usr/bin/env python3
"""Opens a report in headless Chromium over its debugging pipe: no driver package, no port.

    browser.py shot FILE.html OUT.png [width] [dark|light]
    browser.py pdf FILE.html OUT.pdf
    browser.py check AXE.js FILE.html...     network silence, policy, no script, axe-core in both colour schemes
"""
import base64, json, os, pathlib, shutil, subprocess, sys, tempfile

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


class Browser:
    def __init__(self):
        self.home = tempfile.mkdtemp()
        their_in, self.out = os.pipe()
        self.inp, their_out = os.pipe()

        def wire():  # the browser reads commands from 3 and writes to 4
            a, b = os.dup(their_in), os.dup(their_out)
            os.dup2(a, 3)
            os.dup2(b, 4)
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
             "--disable-background-networking", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={self.home}",
             "--remote-debugging-pipe", "about:blank"],
            close_fds=False, preexec_fn=wire, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(their_in)
        os.close(their_out)
        self.last, self.rest, self.events = 0, b"", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")

    session = None

    def read(self):
        while b"\0" not in self.rest:
            more = os.read(self.inp, 1 << 16)
            if not more:
                raise SystemExit("the browser went away")
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            got = self.read()
            if got.get("id") == self.last:
                if "error" in got:
                    raise SystemExit(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)

    def wait(self, method):
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    del self.events[i]
                    return event
            self.events.append(self.read())

    def open(self, path, width=1280, scheme="light"):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events = []
        self.call("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        self.wait("Page.loadEventFired")

    def run(self, script):
        got = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise SystemExit(f"script: {got['exceptionDetails']}")
        return got["result"].get("value")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (SystemExit, OSError):
            pass
        self.process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)


def shot(b, path, out, width="1280", scheme="light", full="full"):
    b.open(path, int(width), scheme)
    png = b.call("Page.captureScreenshot", captureBeyondViewport=full == "full")["data"]
    pathlib.Path(out).write_bytes(base64.b64decode(png))


def pdf(b, path, out):
    b.open(path)
    data = b.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True, paperWidth=8.27, paperHeight=11.69)["data"]
    pathlib.Path(out).write_bytes(base64.b64decode(data))


LOOKED_AT = (("light", 420), ("dark", 1280))  # with axe-core


def faults(b, axe, path):
    """Every breach found in one file, as sentences."""
    for scheme in ("light", "dark"):
        for width in (1280, 420):
            if "/examples/" in path and (scheme, width) not in LOOKED_AT:
                continue  # ordinary reports; the goldens and the hostile one are looked at from all sides
            b.open(path, width, scheme)
            where = f"{path} {scheme} {width}"
            asked = [e["params"]["request"]["url"] for e in b.events if e.get("method") == "Network.requestWillBeSent"]
            for url in asked:
                if not url.startswith("file://") or not url.endswith(pathlib.Path(path).name):
                    yield f"{where}: asked for {url}"
            for e in b.events:
                if e.get("method") == "Log.entryAdded":
                    yield f"{where}: {e['params']['entry']['text']}"
            if b.run("document.scripts.length + document.querySelectorAll('[onclick],[onload],[onerror],iframe,object,embed,img,link,form').length"):
                yield f"{where}: something that runs or loads is in the page"
            if b.run("document.documentElement.scrollWidth > innerWidth"):
                yield f"{where}: the page itself scrolls sideways"
            if (scheme, width) not in LOOKED_AT:
                continue  # the same elements and colours as in the other two
            b.run(axe)
            result = b.run("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => "
                           "v.id + ': ' + v.help + ' @ ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | ')))")
            for v in result:
                yield f"{where}: {v}"


def main():
    what, args = sys.argv[1], sys.argv[2:]
    b = Browser()
    try:
        if what == "shot":
            shot(b, *args)
        elif what == "pdf":
            pdf(b, *args)
        else:
            axe = pathlib.Path(args[0]).read_text()
            bad = [fault for path in args[1:] for fault in faults(b, axe, path)]
            print("\n".join(bad) or f"{len(args) - 1} reports, both schemes, both widths: nothing found")
            return 1 if bad else 0
    finally:
        b.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
