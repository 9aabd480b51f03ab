import { describe, expect, it } from "vitest";
import { checkMessage } from "../../src/reports/check-message.js";
import { parseHeaders } from "../../src/reports/headers.js";

/** Fields in the manner of each receiver, for mail of example.com with MAIL FROM below mail.example.com. */
const RECEIVERS: Readonly<Record<string, string>> = {
  Gmail: `Delivered-To: b@gmail.example
Received: by 2002:a05:6a10:0:0:0:0:0 with SMTP id x; Thu, 1 Jan 2026 00:00:00 -0800 (PST)
ARC-Authentication-Results: i=1; mx.google.com;
       dkim=pass header.i=@example.com header.s=abc header.b=AbC123;
       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com
Return-Path: <0100-x@mail.example.com>
Received: from a8-1.smtp-out.amazonses.com (a8-1.smtp-out.amazonses.com. [192.0.2.1])
        by mx.google.com with ESMTPS id x
Received-SPF: pass (google.com: domain of 0100-x@mail.example.com designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1;
Authentication-Results: mx.google.com;
       dkim=pass header.i=@example.com header.s=abc header.b=AbC123;
       dkim=pass header.i=@amazonses.com header.s=def header.b=dEf456;
       spf=pass (google.com: domain of 0100-x@mail.example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=0100-x@mail.example.com;
       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=abc; d=example.com; t=1; h=From; bh=x; b=AbC123xyz
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=def; d=amazonses.com; t=1; h=From; bh=x; b=dEf456xyz`,
  "Microsoft 365": `Received: from A.prod.outlook.com (2603:10a6::1) by B.prod.outlook.com with HTTPS; Thu, 1 Jan 2026 00:00:00 +0000
Authentication-Results: spf=pass (sender IP is 192.0.2.1)
 smtp.mailfrom=mail.example.com; dkim=pass (signature was verified)
 header.d=example.com;dkim=pass (signature was verified)
 header.d=amazonses.com;dmarc=pass action=none
 header.from=example.com;compauth=pass reason=100
Received-SPF: Pass (protection.outlook.com: domain of mail.example.com
 designates 192.0.2.1 as permitted sender)
 receiver=protection.outlook.com; client-ip=192.0.2.1;
 helo=a8-1.smtp-out.amazonses.com; pr=C
Received: from a8-1.smtp-out.amazonses.com (192.0.2.1) by C.mail.protection.outlook.com`,
  Yahoo: `Received: from 192.0.2.1 by atlas1.free.mail.example with HTTPS; Thu, 1 Jan 2026 00:00:00 +0000
Return-Path: <0100-x@mail.example.com>
Received-SPF: pass (domain of mail.example.com designates 192.0.2.1 as permitted sender)
Authentication-Results: atlas-production.v2-mail-prod1-gq1.omega.yahoo.com;
 dkim=pass header.i=@example.com header.s=abc;
 dkim=pass header.i=@amazonses.com header.s=def;
 spf=pass smtp.mailfrom=mail.example.com;
 dmarc=pass(p=NONE) header.from=example.com;
Received: from 192.0.2.1 (EHLO a8-1.smtp-out.amazonses.com)`,
  iCloud: `Received: from outbound.mr.icloud.com by p00-mailgateway
Authentication-Results: bimi.icloud.com; bimi=skipped reason="insufficient dmarc"
X-ARC-Info: policy=fail; arc=none
Authentication-Results: arc.icloud.com; arc=none
Authentication-Results: dmarc.icloud.com; dmarc=pass header.from=example.com
X-DMARC-Info: pass=pass; dmarc-policy=none; s=r1; d=r1; pdomain=example.com
Authentication-Results: dkim-verifier.icloud.com;
	dkim=pass (2048-bit key) header.d=example.com header.i=@example.com header.b=AbC123
Authentication-Results: spf.icloud.com; spf=pass (spf.icloud.com: domain of x@mail.example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=x@mail.example.com
Received-SPF: pass (spf.icloud.com: domain of x@mail.example.com designates 192.0.2.1 as permitted sender) receiver=spf.icloud.com; client-ip=192.0.2.1; helo=a8-1.smtp-out.amazonses.com; envelope-from=x@mail.example.com
Received: from a8-1.smtp-out.amazonses.com by p00-mailgateway`,
  Fastmail: `Received: from phl-mx-01.messagingengine.com by sloti1 (Cyrus) with LMTPA
Authentication-Results: phl-mx-01.messagingengine.com;
    arc=none (no signatures found);
    bimi=none (No BIMI records found);
    dkim=pass (2048-bit rsa key sha256) header.d=example.com
      header.i=@example.com header.b=AbC123 header.a=rsa-sha256
      header.s=abc x-bits=2048;
    dmarc=pass policy.published-domain-policy=none
      policy.applied-disposition=none policy.evaluated-disposition=none
      (p=none,d=none,d.eval=none) policy.policy-from=p
      header.from=example.com;
    iprev=pass smtp.remote-ip=192.0.2.1 (a8-1.smtp-out.amazonses.com);
    spf=pass smtp.mailfrom=0100-x@mail.example.com
      smtp.helo=a8-1.smtp-out.amazonses.com
X-ME-Authentication-Results: phl-mx-01.messagingengine.com; x-ptr=pass smtp.helo=a policy.ptr=a
Received: from a8-1.smtp-out.amazonses.com by phl-mx-01.messagingengine.com (Postfix)`,
  Zoho: `Received-SPF: pass (zohomail.com: domain of mail.example.com designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=0100-x@mail.example.com; helo=a8-1.smtp-out.amazonses.com;
Authentication-Results: mx.zohomail.com;
	dkim=pass;
	spf=pass (zohomail.com: domain of mail.example.com designates 192.0.2.1 as permitted sender)  smtp.mailfrom=0100-x@mail.example.com;
	dmarc=pass(p=none dis=none)  header.from=a@example.com
Received: from a8-1.smtp-out.amazonses.com by mx.zohomail.com
DKIM-Signature: v=1; a=rsa-sha256; s=abc; d=example.com; h=From; bh=x; b=y`,
  Proton: `Authentication-Results: mail.protonmail.ch; dkim=pass (Good 2048
    bit rsa-sha256 signature) header.d=example.com header.i=@example.com header.b="AbC123"
Authentication-Results: mail.protonmail.ch; dmarc=pass (p=none dis=none) header.from=example.com
Authentication-Results: mail.protonmail.ch; spf=pass smtp.mailfrom=mail.example.com
Authentication-Results: mail.protonmail.ch; arc=none smtp.remote-ip=192.0.2.1
Received: from a8-1.smtp-out.amazonses.com by mailin001.protonmail.ch (Postfix)`,
  "OpenDKIM, OpenDMARC and policyd-spf": `Authentication-Results: OpenDMARC; dmarc=pass (p=none dis=none) header.from=example.com
Authentication-Results: mx.example.net;
	dkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.a=rsa-sha256 header.s=abc header.b=AbC123;
	dkim-atps=neutral
Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=a8-1.smtp-out.amazonses.com; envelope-from=0100-x@mail.example.com; receiver=mx.example.net
Received: from a8-1.smtp-out.amazonses.com by mx.example.net (Postfix)`,
  "policyd-spf as Authentication-Results": `Authentication-Results: mx.example.net; dkim=pass header.d=example.com; dmarc=pass header.from=example.com
Authentication-Results: mx.example.net; spf=pass (sender SPF authorized) smtp.mailfrom=mail.example.com (client-ip=192.0.2.1; helo=a8-1.smtp-out.amazonses.com; envelope-from=0100-x@mail.example.com; receiver=<UNKNOWN>)
Received: from a8-1.smtp-out.amazonses.com by mx.example.net (Postfix)`,
  Exim: `Authentication-Results: mx.example.net;
	iprev=pass (a8-1.smtp-out.amazonses.com) smtp.remote-ip=192.0.2.1;
	spf=pass smtp.mailfrom=mail.example.com;
	dkim=pass header.d=example.com header.s=abc header.a=rsa-sha256;
	dmarc=pass header.from=example.com
Received: from a8-1.smtp-out.amazonses.com ([192.0.2.1]) by mx.example.net with esmtps (Exim 4.98)`,
  Rspamd: `Authentication-Results: mx.example.net;
	dkim=pass header.d=example.com header.s=abc header.b=AbC123;
	spf=pass (mx.example.net: domain of 0100-x@mail.example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=0100-x@mail.example.com;
	dmarc=pass (policy=none) header.from=example.com
Received: from a8-1.smtp-out.amazonses.com by mx.example.net`,
  "Cisco IronPort": `Received-SPF: None (esa1.example.net: no sender authenticity
  information available from domain of x@mail.example.com) identity=pra;
  client-ip=192.0.2.1; receiver=esa1.example.net; envelope-from="x@mail.example.com"; x-conformance=sidf_compatible
Authentication-Results: esa1.example.net; spf=None smtp.pra=a@example.com;
 spf=Pass smtp.mailfrom=x@mail.example.com;
 spf=None smtp.helo=postmaster@a8-1.smtp-out.amazonses.com;
 dkim=pass (signature verified) header.i=@example.com;
 dmarc=pass (p=none dis=none) d=example.com
Received: from a8-1.smtp-out.amazonses.com by esa1.example.net`,
};

describe("the fields of a receiver", () => {
  it.each(Object.entries(RECEIVERS))("%s are read", (_, fields) => {
    for (const text of [fields, fields.replaceAll("\n", "\r\n")]) {
      const check = checkMessage(parseHeaders(`${text}\nFrom: Shop <a@example.com>\n`), {
        alignmentOf: () => ({ dkim: "relaxed", spf: "relaxed" }),
      });
      expect(check).toMatchObject({
        ok: true,
        from: "example.com",
        source: "authentication-results",
        spf: { result: "pass", domain: "mail.example.com", aligned: true },
        dmarc: "pass",
        advice: [],
      });
      expect(check.dkim[0]).toEqual({ result: "pass", domain: "example.com", aligned: true });
    }
  });

  // As Microsoft 365 writes it for a message to several recipients without a signature.
  it("with words that belong to nothing are read", () => {
    const text =
      "Authentication-Results: spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=mail.example.com; other.example; dkim=none (message not signed)\n header.d=none;other.example; dmarc=pass action=none header.from=example.com;\nFrom: a@example.com\n";
    const check = checkMessage(parseHeaders(text), {
      alignmentOf: () => ({ dkim: "relaxed", spf: "relaxed" }),
    });
    expect(check).toMatchObject({ ok: true, spf: { aligned: true }, dkim: [{ result: "none" }] });
    expect(check.advice.join()).toContain("The message is not signed");
  });
});
