// Runs each GET and POST of the explorer's page; see `scripts/explorer`. The browser is driven by its own protocol, so no package is needed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [chromium, server] = process.argv.slice(2);
const patience = 60_000;

// Starts a program, and gives what it says first that fits.
function start(command, args, pattern) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const said = new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`${command}: ${text}`)), patience);
    child.stderr.on("data", (part) => {
      text = (text + part).slice(-10_000);
      const found = text.match(pattern);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    });
    child.on("exit", () => reject(new Error(`${command} stopped: ${text}`)));
  });
  return { child, said };
}

async function connect(url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method === "Runtime.consoleAPICalled") console.log(params.args.map((one) => one.value).join(" "));
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(error.message));
    else one?.resolve(result);
  };
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });
}

// What runs in the page. Rows are made first, and those of a relation after those that it leads from.
async function tryAll() {
  const wait = async (what, of) => {
    for (let left = 600; left > 0; left--) {
      const found = of();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not come`);
  };
  await wait("the list of operations", () => document.querySelector(".opblock"));
  const path = (block) => block.querySelector(".opblock-summary-path").dataset.path;
  const depth = (block) => path(block).split("/").length;
  const of = (method) =>
    [...document.querySelectorAll(`.opblock-${method}`)].sort((one, other) => depth(one) - depth(other));
  const answers = [];
  for (const block of [...of("post"), ...of("get")]) {
    block.querySelector(".opblock-summary-control").click();
    (await wait("Try it out", () => block.querySelector(".try-out__btn"))).click();
    (await wait("Execute", () => block.querySelector(".btn.execute"))).click();
    const status = await wait("an answer", () => {
      const cell = block.querySelector(".live-responses-table tbody .response-col_status");
      return cell && parseInt(cell.textContent);
    });
    const method = block.querySelector(".opblock-summary-method").textContent;
    answers.push([method, path(block), status]);
    console.debug(method, path(block), status);
    block.querySelector(".opblock-summary-control").click();
  }
  return answers;
}

const profile = mkdtempSync(join(tmpdir(), "explorer-"));
const started = [];
try {
  const ours = start(server, ["sqlite::memory:", "127.0.0.1:0"], /(http:\S+) answers/);
  started.push(ours.child);
  const address = await ours.said;
  const browser = start(
    chromium,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      // No network: no name is known, and what is not here goes to a proxy that is not there.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--proxy-server=127.0.0.1:9",
      "--proxy-bypass-list=127.0.0.1",
      "about:blank",
    ],
    /listening on (ws:\S+)/,
  );
  started.push(browser.child);
  const send = await connect(await browser.said);
  const { targetId } = await send("Target.createTarget", { url: `${address}/explorer` });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  await send("Runtime.enable", {}, sessionId);
  // The page replaces the empty one, and with it whatever ran there.
  const isThere = { expression: "!!document.querySelector('#explorer')", returnByValue: true };
  while (!(await send("Runtime.evaluate", isThere, sessionId).catch(() => ({ result: {} }))).result.value)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const found = await send(
    "Runtime.evaluate",
    { expression: `(${tryAll})()`, awaitPromise: true, returnByValue: true },
    sessionId,
  );
  if (found.exceptionDetails) throw new Error(JSON.stringify(found.exceptionDetails));
  const answers = found.result.value;
  const bad = answers.filter(([, , status]) => !(status >= 200 && status < 300));
  for (const [method, path, status] of bad) console.error(`${method} ${path}: ${status}`);
  console.log(`${answers.length} operations ran from the page, ${answers.length - bad.length} answered 2xx`);
  process.exitCode = bad.length || !answers.length ? 1 : 0;
} finally {
  for (const child of started) {
    const stopped = new Promise((resolve) => child.on("exit", resolve));
    child.kill();
    await stopped;
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
}
