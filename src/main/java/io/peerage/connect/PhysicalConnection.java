/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.connect;

import io.peerage.jdbc.Session;
import io.peerage.net.LinkSocket;
import io.peerage.peer.Link;
import io.peerage.peer.Peer;
import io.peerage.server.ReachedServer;
import io.peerage.server.Readiness;
import io.peerage.server.ServerDescription;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
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

    private final XAConnection xaConnection;
    private final XAResource xaResource;
    private final Session session;
    private final @Nullable String user;
    private volatile @Nullable ServerDescription description;
    private final LinkSocket socket;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Handed from one user of this connection to the next together with the connection. */
    private volatile long generation;

    private volatile long provenAtNanos;
    /** When a unit of work last ended well that the server had answered; at first, when it had answered the login. */
    private volatile long servedAtNanos;
    /** How many answers there were that speak against the server. */
    private final AtomicInteger doubts = new AtomicInteger();
    /** How many of them there had been when the unit of work began. */
    private int doubtsBefore;
    /** When the server was last known to have been asked something, at the latest. */
    private volatile long askedAtNanos;
    /** After how long without being asked the server ends the session; 0 = not known. Written as the following. */
    private volatile long idleLimitNanos;

    private final long openedAtNanos;
    /** Written once, before the connection is handed out. */
    private volatile ReachedServer reached = ReachedServer.UNKNOWN;
    /** Written once, before the connection is handed out. */
    private volatile int localPort;
    /** Written once, before the connection is handed out. */
    private volatile Runnable avoidance = () -> {};
    /** Written once, before the connection is handed out. */
    private volatile @Nullable SQLException lastResort;
    /** Written once, before the connection is handed out. */
    private volatile @Nullable String url;
    /** Written once, before the connection is handed out; null if it never gets past. */
    private volatile @Nullable Revision revision;
    /** When it should be replaced, by the group's ticker. */
    private final long expiresAtNanos;
    /** When the unit of work began that runs on it; {@link #NONE} if none does. */
    private final AtomicLong unitBegan = new AtomicLong(NONE);
    /** How many calls there had been when the unit of work began. */
    private int callsBefore;
    /** Whether it would fail those who come after the present unit of work. */
    private volatile boolean retired;

    /**
     * Takes over {@code xaConnection} and the count that was reserved at {@code peer} for it.
     *
     * @param user who logged in, where that is known
     */
    PhysicalConnection(
            Peer peer,
            long generation,
            XAConnection xaConnection,
            Session session,
            @Nullable String user,
            LinkSocket socket,
            long now,
            long expiresAtNanos)
            throws SQLException {
        super(peer);
        this.xaConnection = xaConnection;
        this.session = session;
        this.user = user;
        this.xaResource = new MarkedXaResource(xaConnection.getXAResource(), session.activity());
        this.socket = socket;
        this.generation = generation;
        this.provenAtNanos = now;
        this.servedAtNanos = now;
        this.askedAtNanos = now;
        this.openedAtNanos = now;
        this.expiresAtNanos = expiresAtNanos;
    }

    /** @param idleSeconds after how long the server ends an idle session, unless {@code found} says so; 0 = not known */
    void identify(Readiness.Found found, long idleSeconds) {
        this.lastResort = found.lastResort();
        this.idleLimitNanos = found.idleMillis() > 0
                ? TimeUnit.MILLISECONDS.toNanos(found.idleMillis())
                : TimeUnit.SECONDS.toNanos(idleSeconds);
    }

    /**
     * Returns whether it has been idle for about as long as its server lets sessions be. About, for the server counts from
     * the last statement, and here what counts is the end of the unit of work.
     */
    boolean isIdleTooLong(long now) {
        long limit = idleLimitNanos;
        return limit > 0 && now - askedAtNanos >= limit - limit / IDLE_SLACK;
    }

    /** Takes what it leads to, and what has the next connection go to another address of its peer, if there is one. */
    void lead(ReachedServer where, int ownPort, Runnable avoid) {
        this.reached = where;
        this.localPort = ownPort;
        this.avoidance = avoid;
    }

    /** Returns what this connection leads to, as far as it is certain; nothing is known without TwoPhaseCommit. */
    public ReachedServer reached() {
        return reached;
    }

    /** Returns who logged in; null = not known. */
    public @Nullable String user() {
        return user;
    }

    /** Returns this side's TCP port; 0 = not known. */
    public int localPort() {
        return localPort;
    }

    /** Has the next connection of the same kind try other addresses of its peer first, where the name has several. */
    public void avoidAddress() {
        avoidance.run();
    }

    /** Returns why its peer should have served only as the last resort when this was opened, or null. */
    @Nullable SQLException lastResort() {
        return lastResort;
    }

    /** Has it replaced while it rests once {@code ours} is past. */
    void belongTo(Revision ours) {
        this.revision = ours;
    }

    /** Takes the URL to show for the driver's. */
    void show(@Nullable String deployersUrl) {
        this.url = deployersUrl;
    }

    /** Returns the URL as the deployer wrote it; null if only the driver's is known. */
    public @Nullable String url() {
        return url;
    }

    /** Returns when this connection was opened, by the group's ticker. */
    public long openedAtNanos() {
        return openedAtNanos;
    }

    /** Returns the session state and, through it, the driver's connection. */
    public Session session() {
        return session;
    }

    /**
     * Describes the server. Asked once at the most, for drivers answer some of it with a statement.
     *
     * @throws SQLException what the driver says
     */
    public ServerDescription describe() throws SQLException {
        ServerDescription known = description;
        if (known == null) {
            known = ServerDescription.of(session.connection().getMetaData(), user);
            description = known;
        }
        return known;
    }

    /** Returns the driver's XAResource of this connection, with its calls marked as in flight. */
    public XAResource xaResource() {
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
        callsBefore = session.activity().begun();
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
        return session.activity().begun() == callsBefore;
    }

    /** Returns whether it is so old, or opened under settings so old, that it should be replaced. */
    boolean isPast(long now) {
        Revision ours = revision;
        return now - expiresAtNanos >= 0 || (ours != null && ours.isPast());
    }

    private void limitGoodbye() {
        if (socket.isKnown()) {
            socket.limitReads(GOODBYE_MILLIS);
            return;
        }
        try {
            session.connection().setNetworkTimeout(Runnable::run, GOODBYE_MILLIS);
        } catch (SQLException | RuntimeException | Error e) {
            // An optional feature of JDBC, or a connection that is closed already: it is said without a limit then.
            assert !socket.isKnown();
        }
    }

    /** Ends whatever waits on this connection, at once; who waits gets an error and closes it. */
    public void abort() {
        tryAbort();
    }

    /** As {@link #abort}; returns false if the driver broke over it, or had no thread for it, and it is worth another try. */
    boolean tryAbort() {
        if (socket.isKnown()) {
            socket.close();
            return true;
        }
        try {
            session.connection().abort(task -> {
                Thread thread = new Thread(task, "peerage-abort");
                thread.setDaemon(true);
                thread.start();
            });
        } catch (SQLException e) {
            // The driver says that it is closed already, which is all that was wanted.
            assert socket.peek() == LinkSocket.Peek.UNKNOWN;
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
            return session.connection().isClosed() ? LinkSocket.Peek.ENDED : peek();
        } catch (SQLException | RuntimeException e) {
            return LinkSocket.Peek.ENDED;
        }
    }

    /** Closes the socket, if it is known; the driver has yet to be told. */
    public void cut() {
        socket.close();
    }

    /** Returns what the idle socket says. */
    LinkSocket.Peek peek() {
        return closed.get() ? LinkSocket.Peek.ENDED : socket.peek();
    }

    /** Returns whether {@link #close} has been called. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes the connection to the server. Does nothing the second time; whatever the driver says is past caring.
     *
     * <p>Never waits long: drivers say goodbye to their server, and with auto-commit off Connector/J rolls back and waits
     * for the answer. A server that is silent, or a driver in the middle of a call, is not waited for at all.
     */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            if (unitBegan.getAndSet(NONE) != NONE) {
                peer().done(-1);
            }
            if (HungPeer.metSilence(peer().health()) || session.activity().running() != 0) {
                abort();
            } else {
                limitGoodbye();
            }
            try {
                xaConnection.close();
            } catch (SQLException | RuntimeException | Error e) {
                // A connection being thrown away has nobody left to tell; the socket is what must not leak.
                socket.close();
            } finally {
                peer().release();
            }
        }
    }

    /** Closes it as {@link #close} does, for good: no slot has it any more. */
    public void discard() {
        close();
        forget();
    }
}
