// Peak memory of `mailstack dmarc` on huge and on hostile reports.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

const MIB = 1024 * 1024;
const bin = fileURLToPath(new URL("../bin/mailstack.js", import.meta.url));
const preload = new URL("peak.mjs", import.meta.url).href;
const now = Math.floor(Date.now() / 1000);

function record({ ip = "192.0.2.1", from = "example.com", dkim = "example.com", pass = true }) {
  const result = pass ? "pass" : "fail";
  return (
    `<record><row><source_ip>${ip}</source_ip><count>1</count><policy_evaluated><disposition>none</disposition>` +
    `<dkim>${result}</dkim><spf>${result}</spf></policy_evaluated></row><identifiers><header_from>${from}</header_from></identifiers>` +
    `<auth_results><dkim><domain>${dkim}</domain><result>${result}</result></dkim>` +
    `<spf><domain>bounce.${from}</domain><result>${result}</result></spf></auth_results></record>\n`
  );
}

function report(records, { id = "r1", organization = "Receiver" } = {}) {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<feedback><report_metadata><org_name>${organization}</org_name><report_id>${id}</report_id>` +
    `<date_range><begin>${now - 86_400}</begin><end>${now}</end></date_range></report_metadata>` +
    `<policy_published><domain>example.com</domain><p>none</p></policy_published>\n${records}</feedback>\n`
  );
}

const many = (count, of) => Array.from({ length: count }, (_, index) => of(index)).join("");
const address = (n) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** A ZIP archive with one entry for each buffer. */
function zip(entries) {
  const local = [];
  const central = [];
  let offset = 0;
  entries.forEach((data, index) => {
    const name = Buffer.from(`${index}.xml`);
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32 === undefined ? 0 : crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    local.push(Buffer.from("PK\x03\x04", "latin1"), common, name, packed);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, name);
    offset += 4 + common.length + name.length + packed.length;
  });
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

function message(parts, encoding, type) {
  const head = `From: a@receiver.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`;
  const part = `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  return head + parts.map((text) => `${part}${text}\r\n`).join("") + "--b--\r\n";
}

const lines = (base64) => base64.replace(/.{76}/g, "$&\r\n");

/** @type {Record<string, (write: (name: string, data: string | Buffer) => void) => void>} */
const CASES = {
  "one small report": (write) => write("a.xml", report(record({}))),
  "1,000 daily reports, 100 sources each": (write) => {
    for (let n = 0; n < 1000; n++) {
      const records = many(100, (index) => record({ ip: address(index) }));
      write(`${n}.xml.gz`, gzipSync(report(records, { id: `r${n}` }), { level: 1 }));
    }
  },
  "a report of 40 MiB, 100,000 records, sources all different": (write) => {
    const xml = report(many(100_000, (index) => record({ ip: address(index), dkim: `d${index}.example` })));
    write("a.xml", xml);
  },
  "100,000 invented From domains": (write) =>
    write("a.xml", report(many(100_000, (index) => record({ from: `x${index}.example.com`, pass: false })))),
  "5 reports with 100,000 invented From domains each": (write) => {
    for (let n = 0; n < 5; n++) {
      const records = many(100_000, (index) => record({ from: `x${n}-${index}.example.com`, pass: false }));
      write(`${n}.xml.gz`, gzipSync(report(records, { id: `r${n}` }), { level: 1 }));
    }
  },
  "a gzip bomb, 1 GiB": (write) => write("a.xml.gz", gzipSync(Buffer.alloc(1024 * MIB, 32))),
  "a ZIP of 255 MiB in reports of 1 MiB": (write) => {
    const xml = Buffer.from(report(many(1500, (index) => record({ ip: address(index) }))).padEnd(MIB, " \n"));
    write("a.zip", zip(Array.from({ length: 255 }, () => xml)));
  },
  "a message of 63 MiB, base64": (write) =>
    write("a.eml", message([lines(Buffer.alloc(46 * MIB, "<x>").toString("base64"))], "base64", "text/xml")),
  "a message of 63 MiB, quoted-printable, every byte escaped": (write) =>
    write("a.eml", message(["=3C\r\n" + "=41=42\r\n".repeat(8 * MIB - 100)], "quoted-printable", "text/xml")),
  "a message of 63 MiB in 1,000 parts": (write) =>
    write("a.eml", message(Array(1000).fill(`<a>${"x\n".repeat(32_900)}`), "8bit", "text/xml")),
  "a message whose header is 63 MiB": (write) => write("a.eml", "A: b\n".repeat((63 * MIB) / 5)),
};

for (const [label, build] of Object.entries(CASES)) {
  if (process.argv[2] !== undefined && !label.includes(process.argv[2])) continue;
  const folder = mkdtempSync(join(tmpdir(), "mailstack-bench-"));
  try {
    const reports = join(folder, "reports");
    mkdirSync(reports);
    build((name, data) => writeFileSync(join(reports, name), data));
    const peak = join(folder, "peak");
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ["--import", preload, bin, "dmarc", reports], {
      cwd: folder,
      env: { ...process.env, PEAK_FILE: peak },
      maxBuffer: 1 << 30,
    });
    if (status !== 0 && status !== 1) throw new Error(`${label}: exit code ${status}\n${stderr}`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const mib = Math.round(Number(readFileSync(peak, "utf8")) / 1024);
    const said = String(stderr).split("\n")[0]?.slice(0, 110);
    console.log(`${label.padEnd(60)} peak ${String(mib).padStart(5)} MiB  ${seconds.padStart(5)} s  ${said}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
