/** A report after RFC 7489 Appendix C: no namespace, `pct`, `scope`-less SPF. */
export interface SampleRow {
  readonly ip?: string;
  readonly count?: number;
  readonly disposition?: string;
  readonly dkim?: "pass" | "fail";
  readonly spf?: "pass" | "fail";
  readonly from?: string;
  readonly dkimDomain?: string;
  readonly dkimResult?: string;
  readonly spfDomain?: string;
  readonly spfResult?: string;
  readonly reason?: string;
}

export interface Sample {
  readonly org?: string;
  readonly id?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly domain?: string;
  readonly policy?: string;
  readonly subdomainPolicy?: string;
  /** Only under RFC 9990. */
  readonly nonexistentSubdomainPolicy?: string;
  readonly testing?: string;
  /** RFC 9990's namespace, with what only that schema knows. */
  readonly rfc9990?: boolean;
  readonly rows?: readonly SampleRow[];
}

/** 2026-11-01T00:00:00Z */
export const NOVEMBER = 1_793_491_200;
export const DAY = 86_400;

function row(sample: SampleRow): string {
  const from = sample.from ?? "example.com";
  const dkim = sample.dkim ?? "pass";
  const spf = sample.spf ?? "pass";
  return `<record>
    <row>
      <source_ip>${sample.ip ?? "192.0.2.1"}</source_ip>
      <count>${sample.count ?? 1}</count>
      <policy_evaluated>
        <disposition>${sample.disposition ?? "none"}</disposition>
        <dkim>${dkim}</dkim>
        <spf>${spf}</spf>
        ${sample.reason === undefined ? "" : `<reason><type>${sample.reason}</type><comment>x &amp; y</comment></reason>`}
      </policy_evaluated>
    </row>
    <identifiers><envelope_from>bounce.${from}</envelope_from><header_from>${from}</header_from></identifiers>
    <auth_results>
      <dkim><domain>${sample.dkimDomain ?? from}</domain><selector>s1</selector><result>${sample.dkimResult ?? dkim}</result></dkim>
      <spf><domain>${sample.spfDomain ?? `bounce.${from}`}</domain><result>${sample.spfResult ?? spf}</result></spf>
    </auth_results>
  </record>`;
}

export function reportXml(sample: Sample = {}): string {
  const begin = sample.begin ?? NOVEMBER;
  return `<?xml version="1.0" encoding="UTF-8"?>
<feedback${sample.rfc9990 ? ' xmlns="urn:ietf:params:xml:ns:dmarc-2.0" xmlns:ext="https://example.org/ext"' : ""}>
  <version>1.0</version>
  <report_metadata>
    <org_name>${sample.org ?? "Receiver Inc."}</org_name>
    <email>dmarc@receiver.example</email>
    <report_id>${sample.id ?? "r1"}</report_id>
    <date_range><begin>${begin}</begin><end>${sample.end ?? begin + DAY}</end></date_range>
    ${sample.rfc9990 ? "<generator>Reporter 1.0</generator>" : ""}
  </report_metadata>
  <policy_published>
    <domain>${sample.domain ?? "example.com"}</domain>
    ${sample.rfc9990 ? "<discovery_method>treewalk</discovery_method>" : ""}
    <p>${sample.policy ?? "none"}</p>
    ${sample.subdomainPolicy === undefined ? "" : `<sp>${sample.subdomainPolicy}</sp>`}
    ${sample.nonexistentSubdomainPolicy === undefined ? "" : `<np>${sample.nonexistentSubdomainPolicy}</np>`}
    ${sample.rfc9990 ? `<testing>${sample.testing ?? "n"}</testing>` : "<pct>100</pct>"}
  </policy_published>
  ${sample.rfc9990 ? "<extension><ext:note><ext:record>not ours</ext:record></ext:note></extension>" : ""}
  ${(sample.rows ?? [{}]).map(row).join("\n")}
</feedback>`;
}
