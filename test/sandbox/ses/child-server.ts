import { startSes } from "../../../sandbox/src/ses/server.js";

const [dir, host, port] = process.argv.slice(2);
const server = await startSes({ dir: dir!, resolver: { host: host!, port: Number(port) }, pollMs: 20 });
process.stdout.write(`${server.url}\n`);
