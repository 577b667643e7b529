/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import io.peerage.PeerControl;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Load made inside the server, on the pool that {@code ?pool=} names: {@code ?do=run} runs a number of units of work to
 * the end, {@code ?do=start} and {@code ?do=stop} frame a paced load that goes on, {@code ?do=counts} tells what came
 * of it, {@code ?do=mark} has what begins from then on counted apart; {@code ?do=hold} and {@code ?do=release} frame
 * one long transaction; {@code ?do=drain}, {@code ?do=resume} and {@code ?do=awaitNone} are the operator's. Answers as
 * properties. Thread-safe.
 */
@WebServlet("/load")
public class LoadServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    @Resource(lookup = "jdbc/plain")
    private transient DataSource plain;

    @Resource(lookup = "jdbc/direct")
    private transient DataSource direct;

    @Resource(lookup = "jdbc/relayed")
    private transient DataSource relayed;

    @Resource(lookup = "jdbc/hasty")
    private transient DataSource hasty;

    @Resource(lookup = "jdbc/failing")
    private transient DataSource failing;

    @Resource(lookup = "jdbc/counted")
    private transient DataSource counted;

    @Resource(lookup = "jdbc/validated")
    private transient DataSource validated;

    @Resource(lookup = "jdbc/fragile")
    private transient DataSource fragile;

    @Resource
    private transient UserTransaction transaction;

    @Resource
    private transient ManagedThreadFactory threads;

    private final transient List<Thread> running = new ArrayList<>();
    private transient Tally tally = new Tally();
    private transient CountDownLatch go = new CountDownLatch(0);
    private transient Thread holder;
    private volatile boolean paced;
    private volatile String held = "";

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            DataSource source = pool(request.getParameter("pool"));
            PeerControl control = source.unwrap(PeerControl.class);
            Work work = new Work(source, transaction);
            Properties answer = new Properties();
            switch (request.getParameter("do")) {
                case "run" -> run(work, number(request, "units"), modes(request));
                case "start" -> start(work, modes(request));
                case "stop" -> stop();
                case "mark" -> tally.mark();
                case "hold" -> hold(work, number(request, "port"));
                case "release" -> release();
                case "drain" -> control.drain(request.getParameter("peer"));
                case "resume" -> control.resume(request.getParameter("peer"));
                case "awaitNone" ->
                    answer.setProperty(
                            "none",
                            Boolean.toString(control.awaitNoConnections(
                                    request.getParameter("peer"), Duration.ofMillis(number(request, "millis")))));
                default -> {}
            }
            tally.report(answer);
            answer.setProperty("held", held);
            control.peers().forEach(peer -> {
                answer.setProperty("state." + peer.name(), peer.state());
                answer.setProperty("connections." + peer.name(), Integer.toString(peer.connections()));
            });
            response.setContentType("text/plain");
            answer.store(response.getOutputStream(), null);
        } catch (InterruptedException | SQLException e) {
            throw new ServletException(e);
        }
    }

    private DataSource pool(String name) {
        return switch (name) {
            case "plain" -> plain;
            case "direct" -> direct;
            case "relayed" -> relayed;
            case "hasty" -> hasty;
            case "failing" -> failing;
            case "counted" -> counted;
            case "validated" -> validated;
            case "fragile" -> fragile;
            default -> throw new IllegalArgumentException("no pool is called " + name);
        };
    }

    private static int number(HttpServletRequest request, String name) {
        return Integer.parseInt(request.getParameter(name));
    }

    /** Returns one for each thread. */
    private static List<Mode> modes(HttpServletRequest request) {
        return Arrays.stream(request.getParameter("modes").split(","))
                .map(Mode::valueOf)
                .toList();
    }

    private void run(Work work, int units, List<Mode> modes) throws InterruptedException {
        Tally fresh = new Tally();
        tally = fresh;
        List<Thread> all = new ArrayList<>();
        for (Mode mode : modes) {
            all.add(threads.newThread(() -> {
                for (int unit = 0; unit < units / modes.size(); unit++) {
                    work.once(mode, fresh);
                }
            }));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void start(Work work, List<Mode> modes) {
        Tally fresh = new Tally();
        tally = fresh;
        paced = true;
        for (Mode mode : modes) {
            running.add(threads.newThread(() -> {
                while (paced) {
                    work.once(mode, fresh);
                    LockSupport.parkNanos(PACE_NANOS);
                }
            }));
        }
        running.forEach(Thread::start);
    }

    private void stop() throws InterruptedException {
        paced = false;
        for (Thread thread : running) {
            thread.join();
        }
        running.clear();
    }

    private void hold(Work work, int port) throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        go = end;
        held = "running";
        holder = threads.newThread(() -> {
            try {
                work.hold(port, there, end);
                held = "committed";
            } catch (Exception e) {
                held = e.toString();
            } finally {
                there.countDown();
            }
        });
        holder.start();
        there.await();
    }

    private void release() throws InterruptedException {
        go.countDown();
        holder.join();
    }
}
