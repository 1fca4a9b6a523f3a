import Foundation

/// Who used how much processor time, in seconds.
struct CPUSplit: Codable, Sendable {
    /// The four services.
    var services = 0.0
    /// PostgreSQL: the server, its sessions and its background processes.
    var postgres = 0.0
    /// The load generator, and this program.
    var client = 0.0
}

/// Processor times of a moment; the difference of two says who worked in between.
struct CPUReading {
    private let split: CPUSplit

    /// Reads `/proc` now. Sessions of the server that have ended are in their parent's account.
    init(services: [Int32], postmaster: Int32) {
        var split = CPUSplit()
        for pid in services { split.services += Self.seconds(of: pid) }
        split.postgres = Self.seconds(of: postmaster, withEndedChildren: true)
        for pid in Self.children(of: postmaster) { split.postgres += Self.seconds(of: pid) }
        split.client = Self.used(RUSAGE_CHILDREN) + Self.used(RUSAGE_SELF)
        self.split = split
    }

    /// What was used since an earlier reading.
    func since(_ earlier: CPUReading) -> CPUSplit {
        CPUSplit(
            services: split.services - earlier.split.services,
            postgres: split.postgres - earlier.split.postgres,
            client: split.client - earlier.split.client
        )
    }

    /// The fields of `/proc/PID/stat` behind the name, which may contain anything (proc(5)).
    private static func fields(of pid: Int32) -> [Substring] {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func seconds(of pid: Int32, withEndedChildren: Bool = false) -> Double {
        let fields = fields(of: pid)
        // utime, stime, cutime and cstime are the fields 14 to 17; the name is the second.
        guard fields.count > 14 else { return 0 }
        let own = fields[11...(withEndedChildren ? 14 : 12)].compactMap { Double($0) }
        return own.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func children(of parent: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { pid in
            let fields = fields(of: pid)
            return fields.count > 1 && fields[1] == "\(parent)"
        }
    }

    private static func used(_ who: __rusage_who) -> Double {
        var usage = rusage()
        getrusage(Int32(truncatingIfNeeded: who.rawValue), &usage)
        func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
        }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
