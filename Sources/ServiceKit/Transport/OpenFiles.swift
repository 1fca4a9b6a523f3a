import Glibc

/// How many files and connections the process may have open.
enum OpenFiles {
    /// Takes all that the system grants; the answer is how many that are.
    ///
    /// A server that runs out of them cannot accept, and would end.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1024
        }
        var raised = limit
        raised.rlim_cur = min(limit.rlim_max, 1 << 20)
        if raised.rlim_cur > limit.rlim_cur,
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
        {
            limit = raised
        }
        return Int(clamping: limit.rlim_cur)
    }
}
