"""Calls of SOAP services, over a real socket, by a WSDL that the system serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import yaml

from feel import Evaluator
from functions.calls.protocol import Answer, Request
from functions.calls.soap import SoapCall, SoapCalls
from functions.errors import FunctionError, Permanent, Transient
from functions.systems import Access, System
from tests.functions.declared import CONTEXT, SYSTEM, loaded, source
from tests.functions.raw_system import RawSystem, http, raw_system

WSDL = """<?xml version="1.0"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:billing" targetNamespace="urn:billing">
<wsdl:types><xsd:schema targetNamespace="urn:billing" elementFormDefault="qualified">IMPORT
  <xsd:element name="Get"><xsd:complexType><xsd:sequence>
    <xsd:element name="account" type="xsd:string"/><xsd:element name="day" type="xsd:date" minOccurs="0"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="Got"><xsd:complexType><xsd:sequence>
    <xsd:element name="amount" type="xsd:decimal"/><xsd:element name="day" type="xsd:date"/>
    <xsd:element name="line" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>
      <xsd:element name="title" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema></wsdl:types>
<wsdl:message name="in"><wsdl:part name="p" element="t:Get"/></wsdl:message>
<wsdl:message name="out"><wsdl:part name="p" element="t:Got"/></wsdl:message>
<wsdl:portType name="port"><wsdl:operation name="GetBalance">
  <wsdl:input message="t:in"/><wsdl:output message="t:out"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="binding" type="t:port"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
  <wsdl:operation name="GetBalance"><soap:operation soapAction="urn:get"/>
    <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
  </wsdl:operation></wsdl:binding>
<wsdl:service name="service"><wsdl:port name="port" binding="t:binding">
  <soap:address location="http://elsewhere.example/ws/balance"/></wsdl:port></wsdl:service>
</wsdl:definitions>"""
ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
GOT = ENVELOPE.format(
    '<Got xmlns="urn:billing"><amount>5000.00</amount><day>2026-11-23</day>'
    "<line><title>Связь</title></line><line><title>Кино</title></line></Got>"
)
FAULT = ENVELOPE.format("<s:Fault><faultcode>s:NoAccount</faultcode><faultstring>Анна</faultstring></s:Fault>")
CALL = {"wsdl": "/ws/balance?wsdl", "operation": "GetBalance"}
XML = "Content-Type: text/xml; charset=utf-8"


class Service:
    """Serves a WSDL and one answer."""

    def __init__(self, answer: bytes, wsdl: str = WSDL.replace("IMPORT", "")) -> None:
        self.answer = answer
        self.wsdl = http(200, wsdl.encode(), XML)

    async def __call__(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(self.wsdl if request.startswith(b"GET") else self.answer)


def importing(location: str) -> Service:
    return Service(b"", WSDL.replace("IMPORT", f'<xsd:import namespace="urn:x" schemaLocation="{location}"/>'))


@asynccontextmanager
async def calling(service: Service, **call: Any) -> AsyncIterator[tuple[RawSystem, Any]]:
    async with raw_system(service) as system:
        calls = SoapCalls(Evaluator())
        declared = System.model_validate(yaml.safe_load(SYSTEM))
        try:
            yield system, calls.caller(SoapCall(**{**CALL, **call}), declared, Access("billing", system.url, {}))
        finally:
            await calls.close()


async def answer(service: Service, inputs: dict[str, Any] | None = None, **call: Any) -> Answer:
    async with calling(service, **call) as (_, caller):
        found: Answer = await caller(Request({"account": "1"} if inputs is None else inputs, CONTEXT, {}))
        return found


async def test_inputs_go_by_position_and_the_answer_becomes_json() -> None:
    async with calling(Service(http(200, GOT.encode(), XML))) as (system, caller):
        request = Request({"whatever": "Ё<1>", "day": "2026-11-24"}, CONTEXT, {"X-Correlation-Id": "c-1"})
        first = await caller(request)
        await caller(request)
    assert first.response == {"amount": 5000, "day": "2026-11-23", "line": [{"title": "Связь"}, {"title": "Кино"}]}
    assert [request.split(b" ")[0] for request in system.requests] == [b"GET", b"POST", b"POST"], "one WSDL for all"
    posted = system.requests[1].decode()
    assert posted.startswith("POST /ws/balance HTTP/1.1"), "to the system's own address, whatever the WSDL says"
    assert "x-correlation-id: c-1" in posted.lower()
    assert "Ё&lt;1&gt;" in posted
    assert "2026-11-24" in posted


async def test_arguments_go_by_name() -> None:
    async with calling(Service(http(200, GOT.encode(), XML)), arguments={"account": "customer.id"}, path="/other") as (
        system,
        caller,
    ):
        await caller(Request({"customer": {"id": "77"}}, CONTEXT, {}))
    assert b">77<" in system.requests[1]
    assert system.requests[1].startswith(b"POST /other HTTP/1.1")


async def test_a_fault_is_for_the_error_rules_and_its_words_for_nobody_else() -> None:
    found = await answer(Service(http(500, FAULT.encode(), XML)))
    assert found.response == {"fault": {"code": "s:NoAccount", "message": "Анна"}}
    assert found.refused == "answered with the fault s:NoAccount"


@pytest.mark.parametrize(
    ("service", "inputs", "cause"),
    [
        (Service(http(503, b"busy", XML)), None, "503"),
        (Service(http(500, b"broken", XML)), None, "500"),
        (Service(http(404, b"", XML)), None, "404"),
        (Service(http(200, b"<html>", XML)), None, "unreadable"),
        (Service(http(200, b"<!DOCTYPE x><x/>", XML)), None, "unreadable"),
        (Service(http(200, GOT.replace("5000.00", "much").encode(), XML)), None, "unreadable"),
        (Service(http(200, GOT.encode(), XML)), {}, "inputs"),
        (Service(http(200, GOT.encode(), XML)), {"account": "1", "day": "2026-11-24", "more": 1}, "inputs"),
        (Service(b"", "<html>"), None, "wsdl"),
        (importing("http://127.0.0.1:1/x"), None, "wsdl"),
        (importing("file:///etc/passwd"), None, "wsdl"),
    ],
)
async def test_what_cannot_be_used(service: Service, inputs: dict[str, Any] | None, cause: str) -> None:
    with pytest.raises(FunctionError) as caught:
        await answer(service, inputs)
    assert getattr(caught.value, "cause", None) == cause
    assert isinstance(caught.value, Transient if cause == "503" else Permanent)


async def test_a_wsdl_that_was_not_there_is_asked_for_again() -> None:
    service = Service(http(200, GOT.encode(), XML))
    good, service.wsdl = service.wsdl, http(503, b"")
    async with calling(service) as (_, caller):
        with pytest.raises(Transient, match="the WSDL was answered with 503"):
            await caller(Request({"account": "1"}, CONTEXT, {}))
        service.wsdl = good
        assert (await caller(Request({"account": "1"}, CONTEXT, {}))).refused is None


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({"operation": "GetBalance"}, "call.soap.wsdl: is missing"),
        ({**CALL, "wsdl": "http://elsewhere.example/?wsdl"}, "call.soap.wsdl: string should match pattern"),
        ({**CALL, "arguments": {"account": "account +"}}, "call.soap.arguments.account: FEEL expression"),
    ],
)
def test_mistakes(call: dict[str, Any], sentence: str) -> None:
    (mistake,) = loaded(source(call={"soap": call})).mistakes
    assert mistake.sentence.startswith(sentence)
