import API
import FoundationEssentials
import Logging
import Testing

@testable import ServiceKit

@Suite struct RequestMetricsTests {
    @Test func `requests are counted and measured per route`() {
        let metrics = RequestMetrics()
        let route = "/v1/coins/{coinCode}"
        metrics.record(route: route, method: "GET", status: 200, duration: .milliseconds(3))
        metrics.record(route: route, method: "GET", status: 200, duration: .milliseconds(40))
        metrics.record(route: route, method: "GET", status: 404, duration: .seconds(9))
        let lines = metrics.text().split(separator: "\n").map(String.init)
        let labels = #"route="/v1/coins/{coinCode}",method="GET""#
        for line in [
            "# TYPE http_requests_total counter",
            "http_requests_total{\(labels),status=\"200\"} 2",
            "http_requests_total{\(labels),status=\"404\"} 1",
            "# TYPE http_request_duration_seconds histogram",
            "http_request_duration_seconds_bucket{\(labels),le=\"0.0025\"} 0",
            "http_request_duration_seconds_bucket{\(labels),le=\"0.005\"} 1",
            "http_request_duration_seconds_bucket{\(labels),le=\"0.05\"} 2",
            "http_request_duration_seconds_bucket{\(labels),le=\"5.0\"} 2",
            "http_request_duration_seconds_bucket{\(labels),le=\"+Inf\"} 3",
            "http_request_duration_seconds_count{\(labels)} 3",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `the text is Prometheus text`() {
        let metrics = RequestMetrics()
        for method in ["GET", "POST"] {
            metrics.record(route: "/metrics", method: method, status: 200, duration: .zero)
        }
        let text = metrics.text()
        #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
        let sample =
            #"^[a-z_]+(_bucket|_sum|_count)?\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\} [0-9.e-]+$"#
        for line in text.split(separator: "\n") where !line.hasPrefix("# TYPE ") {
            #expect(PatternCache.matches(String(line), sample), "\(line)")
        }
        #expect(text.ranges(of: "# TYPE").count == 2)
    }

    @Test func `a fresh service has no requests`() {
        #expect(
            RequestMetrics().text()
                == """
                # TYPE http_requests_total counter
                # TYPE http_request_duration_seconds histogram

                """
        )
    }
}

@Suite struct LogLineTests {
    private func line(
        _ message: String,
        metadata: Logger.Metadata? = nil,
        of handler: JSONLogHandler = JSONLogHandler(label: "wallet", level: .info)
    ) throws -> [String: String] {
        let event = LogEvent(
            level: .warning,
            message: "\(message)",
            metadata: metadata,
            source: nil,
            file: #fileID,
            function: #function,
            line: #line
        )
        let bytes = handler.line(for: event)
        #expect(bytes.last == UInt8(ascii: "\n"))
        #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 })
        return try JSONDecoder().decode([String: String].self, from: Data(bytes))
    }

    @Test func `an event is one JSON object`() throws {
        let fields = try line("listening", metadata: ["port": "8080"])
        #expect(fields["level"] == "warning")
        #expect(fields["service"] == "wallet")
        #expect(fields["message"] == "listening")
        #expect(fields["port"] == "8080")
        #expect(fields["at"].flatMap { Instant($0) } != nil)
        #expect(fields.count == 5)
    }

    @Test(arguments: [
        "two\nlines", "carriage\rreturn", "quote\" and \\", "\u{1B}[31mred", "nul\u{0}",
        "del\u{7F}",
        "separator\u{2028}", "emoji 😀",
    ])
    func `a text cannot end its line or forge another`(text: String) throws {
        #expect(try line(text)["message"] == text)
        #expect(try line("x", metadata: ["key": "\(text)"])["key"] == text)
    }

    @Test func `metadata of the event beats the handler's, but not the message`() throws {
        var handler = JSONLogHandler(label: "wallet", level: .info)
        handler[metadataKey: "requestId"] = "a"
        handler[metadataKey: "kept"] = "k"
        let fields = try line(
            "real",
            metadata: ["requestId": "b", "message": "false", "level": "trace"],
            of: handler
        )
        #expect(fields["requestId"] == "b")
        #expect(fields["kept"] == "k")
        #expect(fields["message"] == "real")
        #expect(fields["level"] == "warning")
    }
}
