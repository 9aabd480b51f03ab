import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Faults } from "../faults.js";
import { absent, answer, failed, refused } from "./answer.js";
import { typeName } from "./rdata.js";
import { encodeResponse, parseQuery, rcodes, type Query, type Rcode, type Response } from "./wire.js";
import { combineViews, serveStaticZone, type StaticZone, type ZoneView } from "./zone-view.js";

export interface DnsOptions {
  /** The zones to serve, read again for each query. */
  readonly zones: ZoneView;
  /** More zones, with fixed records, such as `amazonses.com`; `zones` wins where both have a name. */
  readonly extraZones?: readonly StaticZone[];
  /** UDP and TCP port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /**
   * Rules with service `dns`; the operation is the query's type (`TXT`), the subject its name. `fail`: the records have
   * not propagated, NXDOMAIN, or NODATA when the rule names the type. `drop`: no answer. `error`: SERVFAIL, or the
   * response code in `code` (`NXDOMAIN`, `REFUSED`, …). `deny`: REFUSED. `throttle`: an empty answer with TC over UDP.
   */
  readonly faults?: Faults;
}

export interface DnsServer {
  /** `127.0.0.1:<port>`, as `dns.Resolver.setServers` takes it. */
  readonly address: string;
  readonly port: number;
  /** Stops answering and frees the port. */
  close(): Promise<void>;
}

const host = "127.0.0.1";
const tcpIdleMs = 10_000;
const portAttempts = 20;
/** Room for the queries of hundreds of look-ups at once; what does not fit is lost, and costs the client a time-out. */
const receiveBytes = 1024 * 1024;

/**
 * An authoritative DNS server (RFC 1035) on loopback, over UDP and TCP on one port, with EDNS (RFC 6891).
 * @throws when the port is taken
 */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const extra = new Map((options.extraZones ?? []).map(serveStaticZone).map((zone) => [zone.name, zone]));
  const view = combineViews([options.zones, { zone: (name) => extra.get(name) }]);
  const connections = new Set<Socket>();
  const respond = (message: Buffer, transport: "udp" | "tcp") =>
    handle(message, transport, view, options.faults);
  const { udp, tcp, port } = await bind(options.port ?? 0);

  udp.on("message", (message, peer) => {
    void respond(message, "udp").then((reply) => {
      if (reply !== undefined && !closed) udp.send(reply, peer.port, peer.address, () => undefined);
    });
  });
  // A client that went away makes the socket report its ICMP error here; other clients go on.
  udp.on("error", () => undefined);
  tcp.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    serveStream(socket, (message) => respond(message, "tcp"));
  });

  let closed = false;
  return {
    address: `${host}:${port}`,
    port,
    close: async () => {
      if (closed) return;
      closed = true;
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

/** Binds both transports to one port; a free TCP port may be taken on UDP, so a free one is looked for a few times. */
async function bind(wanted: number): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer();
    tcp.listen(wanted, host);
    await once(tcp, "listening");
    const { port } = tcp.address() as { port: number };
    const udp = createSocket({ type: "udp4", recvBufferSize: receiveBytes });
    try {
      udp.bind(port, host);
      await once(udp, "listening");
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      await new Promise((resolve) => tcp.close(resolve));
      if (wanted !== 0 || attempt === portAttempts) throw error;
    }
  }
}

/** Messages behind two bytes of length, any number on a connection (RFC 7766). */
function serveStream(socket: Socket, respond: (message: Buffer) => Promise<Buffer | undefined>): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setTimeout(tcpIdleMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const message = pending.subarray(2, end);
      pending = pending.subarray(end);
      void respond(message).then((reply) => {
        if (reply === undefined) return socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        if (socket.writable) socket.write(Buffer.concat([length, reply]));
      });
    }
  });
}

async function handle(
  message: Buffer,
  transport: "udp" | "tcp",
  view: ZoneView,
  faults: Faults | undefined,
): Promise<Buffer | undefined> {
  const query = parseQuery(message);
  if (query === undefined) return undefined;
  const refusal = refusalOf(query);
  if (refusal !== undefined) return encodeResponse(query, refusal, transport);
  const { name, type } = query.question!;
  const operation = typeName(type);
  const fault = faults?.take({ service: "dns", operation, subject: name });
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault?.kind === "drop" || fault?.kind === "drop-after") return undefined;
  const tooMuch = fault?.kind === "throttle" && transport === "udp";
  if (tooMuch) return truncated(encodeResponse(query, { ...failed, rcode: "NOERROR" }, transport));
  try {
    const response = (fault && faulty(fault, view, name)) ?? answer(view, name, operation);
    return encodeResponse(query, response, transport);
  } catch {
    // A record whose content can't be encoded must not take the server down; a name server says SERVFAIL then.
    return encodeResponse(query, failed, transport);
  }
}

/** What is refused before any zone is looked up. */
function refusalOf(query: Query): Response | undefined {
  if (query.opcode !== 0) return { ...failed, rcode: "NOTIMP" };
  // More than one question, or none, is a format error (RFC 9619).
  if (query.malformed || query.question === undefined) return { ...failed, rcode: "FORMERR" };
  if (query.edns !== undefined && query.edns.version !== 0) return { ...failed, rcode: "BADVERS" };
  return query.question.class === 1 || query.question.class === 255 ? undefined : refused;
}

function faulty(fault: Fault, view: ZoneView, name: string): Response | undefined {
  switch (fault.kind) {
    case "fail":
      return absent(view, name, fault.operation === undefined ? "NXDOMAIN" : "NOERROR");
    case "error": {
      const code =
        typeof fault.code === "string" && fault.code in rcodes ? (fault.code as Rcode) : "SERVFAIL";
      return code === "NXDOMAIN" || code === "NOERROR"
        ? absent(view, name, code)
        : { ...failed, rcode: code };
    }
    case "deny":
      return refused;
    default:
      return undefined;
  }
}

function truncated(message: Buffer): Buffer {
  message[2]! |= 0x02;
  return message;
}
