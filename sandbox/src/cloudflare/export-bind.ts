import { formatTxtContent, parseTxtContent } from "../dns/character-strings.js";
import type { DnsRecord } from "./record.js";
import type { ServedZone } from "../dns/zone-view.js";

/** `GET /zones/{id}/dns_records/export`: the records as a master file (RFC 1035 §5). */
export function exportBind(
  zone: Pick<ServedZone, "name" | "soa" | "nameServers" | "nsTtl">,
  records: readonly DnsRecord[],
): string {
  const { soa } = zone;
  const timers = [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum].join(" ");
  const sections = [
    `;;\n;; Domain:     ${zone.name}.\n;;\n`,
    `${zone.name}.\t${soa.ttl}\tIN\tSOA\t${soa.mname}. ${soa.rname}. ${timers}\n`,
    ...zone.nameServers.map((server) => `${zone.name}.\t${zone.nsTtl}\tIN\tNS\t${server}.`),
  ];
  let type: string | undefined;
  for (const record of [...records].sort(byTypeAndName)) {
    if (record.type !== type) sections.push(`\n;; ${record.type} Records`);
    type = record.type;
    sections.push(line(record));
  }
  return sections.join("\n") + "\n";
}

function byTypeAndName(one: DnsRecord, other: DnsRecord): number {
  return one.type.localeCompare(other.type) || one.name.localeCompare(other.name);
}

function line(record: DnsRecord): string {
  const tags = [
    ...(record.settings.flatten_cname ? ["cf-flatten-cname"] : []),
    ...(["A", "AAAA", "CNAME"].includes(record.type) ? [`cf-proxied:${record.proxied}`] : []),
  ];
  const notes = [record.comment, tags.length > 0 ? `cf_tags=${tags.join(",")}` : null].filter(
    (note) => note !== null,
  );
  const remark = notes.length > 0 ? ` ; ${notes.join(" ")}` : "";
  return `${record.name}.\t${record.ttl}\tIN\t${record.type}\t${data(record)}${remark}`;
}

function data(record: DnsRecord): string {
  const { content, priority } = record;
  switch (record.type) {
    case "CNAME":
    case "NS":
    case "PTR":
      return `${content}.`;
    case "MX":
      return `${priority} ${content === "." ? "" : content}.`;
    case "SRV":
      return `${priority} ${content}.`;
    case "TXT":
      return formatTxtContent(parseTxtContent(content, { split: true }) ?? []);
    default:
      return content;
  }
}
