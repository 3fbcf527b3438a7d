"""The verdict and the failed nodes of an invocation, by the official Python SDK, as a short script would have it.

usage: sdk.py HOST:PORT
"""
import sys

from alibabacloud_eflo_controller20221215.client import Client
from alibabacloud_eflo_controller20221215.models import DescribeSendFileResultsRequest
from alibabacloud_tea_openapi.models import Config

config = Config(
    access_key_id="LTAIbenchmark", access_key_secret="none", endpoint=sys.argv[1], protocol="http", read_timeout=120000
)
answer = Client(config).describe_send_file_results(DescribeSendFileResultsRequest(invoke_id="t-bench"))
invocation = answer.body.invocations.invocation[0]
print(invocation.invocation_status)
for node in invocation.invoke_nodes.invoke_node:
    if node.invocation_status != "Success":
        print(node.node_id, node.error_code)
