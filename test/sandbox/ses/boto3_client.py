"""Drives the server through boto3 and prints what it saw as one JSON object."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url = sys.argv[1]


def client(region):
    return boto3.client(
        "sesv2",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        meta = error.response["ResponseMetadata"]
        return [error.response["Error"]["Code"], meta["HTTPStatusCode"], error.response["Error"]["Message"]]
    return None


ses = client("us-east-1")
domain = "yourdomain.com"
arn = f"arn:aws:ses:us-east-1:000000000000:identity/{domain}"
seen = {}
ses.create_configuration_set(ConfigurationSetName="transactional")
created = ses.create_email_identity(
    EmailIdentity=domain,
    ConfigurationSetName="transactional",
    Tags=[{"Key": "team", "Value": "growth"}],
    DkimSigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
)
seen["tokens"] = created["DkimAttributes"]["Tokens"]
seen["hostedZone"] = created["DkimAttributes"]["SigningHostedZone"]
ses.put_email_identity_mail_from_attributes(
    EmailIdentity=domain, MailFromDomain=f"mail.{domain}", BehaviorOnMxFailure="REJECT_MESSAGE"
)
ses.put_email_identity_feedback_attributes(EmailIdentity=domain, EmailForwardingEnabled=False)
ses.put_email_identity_dkim_attributes(EmailIdentity=domain, SigningEnabled=True)
signing = ses.put_email_identity_dkim_signing_attributes(EmailIdentity=domain, SigningAttributesOrigin="AWS_SES")
seen["sameTokens"] = signing["DkimTokens"] == seen["tokens"]
ses.put_email_identity_configuration_set_attributes(EmailIdentity=domain)
ses.tag_resource(ResourceArn=arn, Tags=[{"Key": "a b", "Value": "c&d"}])
ses.untag_resource(ResourceArn=arn, TagKeys=["team"])
seen["tags"] = ses.list_tags_for_resource(ResourceArn=arn)["Tags"]
got = ses.get_email_identity(EmailIdentity=domain)
seen["mailFrom"] = got["MailFromAttributes"]
seen["verificationStatus"] = got["VerificationStatus"]
seen["feedback"] = got["FeedbackForwardingStatus"]
seen["configurationSet"] = got.get("ConfigurationSetName")
seen["keyYear"] = got["DkimAttributes"]["LastKeyGenerationTimestamp"].year
for name in ("a.example", "b.example"):
    ses.create_email_identity(EmailIdentity=name)
pages = [ses.list_email_identities(PageSize=2)]
while "NextToken" in pages[-1]:
    pages.append(ses.list_email_identities(PageSize=2, NextToken=pages[-1]["NextToken"]))
seen["pages"] = [[item["IdentityName"] for item in page["EmailIdentities"]] for page in pages]
seen["otherRegion"] = client("eu-west-1").list_email_identities()["EmailIdentities"]
seen["sets"] = ses.list_configuration_sets()["ConfigurationSets"]
seen["production"] = ses.get_account()["ProductionAccessEnabled"]
seen["exists"] = code(ses.create_email_identity, EmailIdentity=domain)
seen["absent"] = code(ses.get_email_identity, EmailIdentity="absent.example")
seen["mailFromOutside"] = code(
    ses.put_email_identity_mail_from_attributes, EmailIdentity=domain, MailFromDomain="mail.example.com"
)
seen["unknownRegion"] = code(client("mars-north-1").list_email_identities)
ses.delete_email_identity(EmailIdentity=domain)
seen["deleted"] = code(ses.delete_email_identity, EmailIdentity=domain)
json.dump(seen, sys.stdout)
