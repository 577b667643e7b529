/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Session;
import io.peerage.net.AdapterThread;
import io.peerage.net.LinkSocket;
import io.peerage.peer.Health;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.peer.Silence;
import io.peerage.server.ReachedServer;
import io.peerage.server.ServerDescription;
import io.peerage.server.WritesHangException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.XAConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one peer, with the driver's objects on it and what is known of its freshness.
 *
 * <p>Used by one unit of work at a time; {@link #close} may come from any thread.
 */
public final class PhysicalConnection extends Link {

    private static final long NONE = Long.MIN_VALUE;
    /** How long to wait for the server while leaving it. */
    private static final int GOODBYE_MILLIS = 500;
    /** A tenth: how much of the server's limit may have passed between its last statement and the end of the unit. */
    private static final int IDLE_SLACK = 10;

    private final Login login;
    private final MarkedXaResource xaResource;
    private volatile @Nullable ServerDescription description;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Handed from one user of this connection to the next together with the connection. */
    private volatile long generation;

    private volatile long provenAtNanos;
    /** When a unit of work last ended well that the server had answered; at first, when it had answered the login. */
    private volatile long servedAtNanos;
    /** When the server was last known to have been asked something, at the latest. */
    private volatile long askedAtNanos;
    /** How many answers there were that speak against the server. */
    private final AtomicInteger doubts = new AtomicInteger();
    /** How many of them there had been when the unit of work began. */
    private int doubtsBefore;
    /** When the unit of work began that runs on it; {@link #NONE} if none does. */
    private final AtomicLong unitBegan = new AtomicLong(NONE);
    /** How many calls there had been when the unit of work began. */
    private int callsBefore;
    /** Whether it would fail those who come after the present unit of work. */
    private volatile boolean retired;

    /**
     * What a login came to, and stays true of the connection.
     *
     * @param generation of the peer when the connect began
     * @param user who logged in; null = not known
     * @param localPort this side's TCP port; 0 = not known
     * @param avoidAddress has the next connection of the same kind try other addresses of the peer first, where its
     *     name has several
     * @param lastResort why the peer should serve only as the last resort, or null
     * @param reached what it leads to, as far as that is certain; nothing is known without TwoPhaseCommit
     * @param idleNanos after how long without being asked the server ends the session; 0 = not known
     * @param url the peer's, as the deployer wrote it; null: only the driver's is known
     * @param outdated true once the peer's configuration is another than the one it was opened under
     * @param atNanos when the server had answered, by the group's ticker
     * @param expiresAtNanos when it should be replaced, by the group's ticker
     */
    public record Login(
            long generation,
            XAConnection xaConnection,
            Session session,
            @Nullable String user,
            LinkSocket socket,
            int localPort,
            Runnable avoidAddress,
            @Nullable SQLException lastResort,
            ReachedServer reached,
            long idleNanos,
            @Nullable String url,
            AtomicBoolean outdated,
            long atNanos,
            long expiresAtNanos) {}

    /** Takes over the connection, and the count that was reserved at {@code peer} for it. */
    PhysicalConnection(Peer peer, Login login) throws SQLException {
        super(peer);
        this.login = login;
        this.xaResource = new MarkedXaResource(login.xaConnection.getXAResource(), login.session.activity());
        this.generation = login.generation;
        this.provenAtNanos = login.atNanos;
        this.servedAtNanos = login.atNanos;
        this.askedAtNanos = login.atNanos;
    }

    /**
     * Returns whether it has been idle for about as long as its server lets sessions be. About, for the server counts
     * from the last statement, and here what counts is the end of the unit of work.
     */
    boolean isIdleTooLong(long now) {
        long limit = login.idleNanos;
        return limit > 0 && now - askedAtNanos >= limit - limit / IDLE_SLACK;
    }

    /** Returns what is known of it from its login on. */
    public Login login() {
        return login;
    }

    /** Returns the session state and, through it, the driver's connection. */
    public Session session() {
        return login.session;
    }

    /**
     * Describes the server. Asked once at the most, for drivers answer some of it with a statement.
     *
     * @throws SQLException what the driver says
     */
    public ServerDescription describe() throws SQLException {
        ServerDescription known = description;
        if (known == null) {
            known = ServerDescription.of(login.session.connection().getMetaData(), login.user);
            description = known;
        }
        return known;
    }

    /** Returns the driver's XAResource of this connection, with its calls marked as in flight. */
    public MarkedXaResource xaResource() {
        return xaResource;
    }

    /** Returns the peer's generation in which this connection was last known to be good. */
    public long generation() {
        return generation;
    }

    /** Returns when, by the group's ticker, the server was last known to answer on this connection. */
    long provenAtNanos() {
        return provenAtNanos;
    }

    /**
     * Returns when, by the group's ticker, what was asked here was last known to be served: not a ping, which a proxy
     * answers that has no server left.
     */
    long servedAtNanos() {
        return servedAtNanos;
    }

    /** Records an answer that leaves in doubt whether the server can serve. */
    void doubt() {
        doubts.incrementAndGet();
    }

    /** Returns a value that differs as soon as {@link #doubt} is called. */
    int doubts() {
        return doubts.get();
    }

    /** Records that the server answered a ping on this connection. */
    void proven(long generation, long now) {
        this.generation = generation;
        this.provenAtNanos = now;
        this.askedAtNanos = now;
    }

    /**
     * Counts the beginning of a unit of work.
     *
     * @param now when that was, or shortly before the server last answered
     */
    void begin(long now) {
        callsBefore = login.session.activity().begun();
        doubtsBefore = doubts.get();
        unitBegan.set(provenAtNanos - now > 0 ? provenAtNanos : now);
        peer().dealt();
    }

    /** Counts the end of a unit of work that ended well, which proves the connection if it asked the server anything. */
    void end(long now) {
        if (!isUntouched()) {
            askedAtNanos = now;
            if (doubts.get() == doubtsBefore) {
                provenAtNanos = now;
                servedAtNanos = now;
            }
        }
        long began = unitBegan.getAndSet(NONE);
        if (began != NONE) {
            peer().done(now - began);
        }
    }

    /** Returns whether nothing has been asked of the server in the unit of work that runs. */
    public boolean isUntouched() {
        return login.session.activity().begun() == callsBefore;
    }

    /** Returns whether it is so old, or opened under settings so old, that it should be replaced. */
    boolean isPast(long now) {
        return now - login.expiresAtNanos >= 0 || login.outdated.get();
    }

    private void limitGoodbye() {
        if (login.socket.isKnown()) {
            login.socket.limitReads(GOODBYE_MILLIS);
            return;
        }
        try {
            login.session.connection().setNetworkTimeout(Runnable::run, GOODBYE_MILLIS);
        } catch (SQLException | RuntimeException | Error e) {
            // An optional feature of JDBC, or a connection that is closed already: it is said without a limit then.
            assert !login.socket.isKnown();
        }
    }

    /**
     * Ends whatever waits on this connection, at once; who waits gets an error and closes it.
     *
     * @return false if the driver broke over it, or had no thread for it, and it is worth another try
     */
    public boolean abort() {
        if (login.socket.isKnown()) {
            login.socket.close();
            return true;
        }
        try {
            login.session.connection().abort(task -> new AdapterThread(task, "peerage-abort").start());
        } catch (SQLException e) {
            // The driver says that it is closed already, which is all that was wanted.
            assert login.socket.peek() == LinkSocket.Peek.UNKNOWN;
        } catch (RuntimeException | Error e) {
            return false;
        }
        return true;
    }

    /** Has it replaced once its present unit of work is over. */
    public void retire() {
        retired = true;
    }

    /** Returns whether {@link #retire} has been called. */
    public boolean isRetired() {
        return retired;
    }

    /** Returns whether the connection is still there, between two calls of the driver and without asking the server. */
    LinkSocket.Peek look() {
        try {
            return login.session.connection().isClosed() ? LinkSocket.Peek.ENDED : peek();
        } catch (SQLException | RuntimeException e) {
            return LinkSocket.Peek.ENDED;
        }
    }

    /** Closes the socket, if it is known; the driver has yet to be told. */
    public void cut() {
        login.socket.close();
    }

    /** Returns what the idle socket says. */
    LinkSocket.Peek peek() {
        return closed.get() ? LinkSocket.Peek.ENDED : login.socket.peek();
    }

    /** Returns whether {@link #close} has been called. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes the connection to the server. Does nothing the second time; whatever the driver says is past caring.
     *
     * <p>Never waits long: drivers say goodbye to their server, and with auto-commit off Connector/J rolls back and
     * waits for the answer. A server that is silent, or a driver in the middle of a call, is not waited for at all.
     */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            if (unitBegan.getAndSet(NONE) != NONE) {
                peer().done(-1);
            }
            if (isSilent(peer().health()) || login.session.activity().running() != 0) {
                abort();
            } else {
                limitGoodbye();
            }
            try {
                login.xaConnection.close();
            } catch (SQLException | RuntimeException | Error e) {
                // A connection being thrown away has nobody left to tell; the socket is what must not leak.
                login.socket.close();
            } finally {
                peer().release();
            }
        }
    }

    /**
     * Returns whether a peer of this health is down and nothing was heard of it, as of one that is frozen or
     * unreachable, or what writes on it hangs though it answers; or drained and silent more than once in a row.
     */
    static boolean isSilent(Health health) {
        if (health instanceof Health.Drained drained) {
            return drained.silences() > 1;
        }
        return (health instanceof Health.Down || health instanceof Health.Probing)
                && (Silence.in(health.cause()) || health.cause() instanceof WritesHangException);
    }

    /** Closes it as {@link #close} does, for good: no slot has it any more. */
    void discard() {
        close();
        forget();
    }

    /** {@linkplain #discard() Discards} {@code link}, if there is one. */
    static void discard(@Nullable Link link) {
        if (link != null) {
            ((PhysicalConnection) link).discard();
        }
    }
}
