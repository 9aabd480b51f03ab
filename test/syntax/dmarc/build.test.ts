import { describe, expect, test } from "vitest";
import { dmarcValue } from "../../../src/syntax/dmarc/build.js";
import { reportUri } from "../../../src/syntax/dmarc/report-uri.js";
import { dmarc } from "../sample.js";

describe("tags", () => {
  test.each([
    ["nothing but policy", { aggregateReports: [] }, "v=DMARC1; p=none"],
    [
      "several reports",
      { aggregateReports: ["a@x.example", "mailto:b@y.example"], failureReports: ["c@x.example"] },
      "v=DMARC1; p=none; rua=mailto:a@x.example,mailto:b@y.example; ruf=mailto:c@x.example",
    ],
    [
      "all, in order",
      {
        policy: "reject",
        subdomainPolicy: "quarantine",
        nonexistentSubdomainPolicy: "reject",
        alignment: { dkim: "strict", spf: "strict" },
        aggregateReports: ["a@x.example"],
        failureReports: ["b@x.example"],
        failureOptions: ["1", "d"],
        testing: true,
      },
      "v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=s; fo=1:d; rua=mailto:a@x.example; ruf=mailto:b@x.example; t=y",
    ],
    [
      "what receivers assume anyway",
      {
        policy: "reject",
        subdomainPolicy: "reject",
        nonexistentSubdomainPolicy: "reject",
        aggregateReports: [],
        failureOptions: ["0"],
      },
      "v=DMARC1; p=reject",
    ],
    [
      "np falls back to sp before p",
      {
        policy: "reject",
        subdomainPolicy: "none",
        nonexistentSubdomainPolicy: "reject",
        aggregateReports: [],
      },
      "v=DMARC1; p=reject; sp=none; np=reject",
    ],
  ] as const)("%s", (_, change, value) => {
    expect(dmarcValue({ ...dmarc, ...change })).toBe(value);
  });
});

describe("report URIs", () => {
  test.each([
    ["dmarc@yourdomain.com", "mailto:dmarc@yourdomain.com"],
    ["mailto:dmarc@yourdomain.com", "mailto:dmarc@yourdomain.com"],
    ["MAILTO:dmarc@YourDomain.com", "mailto:dmarc@yourdomain.com"],
    ["a,b!c@x.example", "mailto:a%2Cb%21c@x.example"],
    ["mailto:a,b@x.example", "mailto:a%2Cb@x.example"],
    ["mailto:a%2Cb@x.example", "mailto:a%2Cb@x.example"],
    ["50%;x=y&z@x.example", "mailto:50%25%3Bx%3Dy%26z@x.example"],
    ["rua+tag@x.example", "mailto:rua+tag@x.example"],
    ["dmarc@bücher.example", "mailto:dmarc@xn--bcher-kva.example"],
    ["mailto:dmarc@bücher.example?subject=a,b", "mailto:dmarc@xn--bcher-kva.example?subject=a%2Cb"],
    ["jörg@x.example", "mailto:j%C3%B6rg@x.example"],
    ["https://reports.example/a,b", "https://reports.example/a%2Cb"],
    ["  a@x.example ", "mailto:a@x.example"],
  ])("%s", (given, uri) => {
    expect(reportUri(given)).toBe(uri);
  });
});
