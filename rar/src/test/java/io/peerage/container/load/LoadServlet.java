/* SPDX-License-Identifier: Apache-2.0 */
package io.peerage.container.load;

import io.peerage.PeerControl;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Load made inside the server: {@code ?do=run} runs a number of units of work to the end, {@code ?do=start} and {@code
 * ?do=stop} frame a paced load that goes on, {@code ?do=counts} tells what came of it, {@code ?do=mark} has errors of
 * what begins from then on counted apart too, {@code ?do=drain} and {@code ?do=resume} are the operator's. Answers as properties. Thread-safe.
 */
@WebServlet("/load")
public class LoadServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    @Resource(lookup = "jdbc/shop")
    private transient DataSource shop;

    @Resource
    private transient UserTransaction transaction;

    @Resource
    private transient ManagedThreadFactory threads;

    private final transient Map<Integer, LongAdder> served = new ConcurrentHashMap<>();
    private final transient List<String> errors = new CopyOnWriteArrayList<>();
    private final transient AtomicLong worstNanos = new AtomicLong();
    private final transient List<Thread> running = new ArrayList<>();
    private final transient LongAdder lateErrors = new LongAdder();
    private final transient LongAdder committed = new LongAdder();
    private volatile boolean marked;
    private volatile boolean paced;

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            switch (request.getParameter("do")) {
                case "run" -> run(number(request, "units"), number(request, "threads"), jta(request));
                case "start" -> start(number(request, "threads"));
                case "stop" -> stop();
                case "mark" -> marked = true;
                case "drain" -> shop.unwrap(PeerControl.class).drain(request.getParameter("peer"));
                case "resume" -> shop.unwrap(PeerControl.class).resume(request.getParameter("peer"));
                default -> {}
            }
            report(response);
        } catch (InterruptedException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(HttpServletRequest request, String name) {
        return Integer.parseInt(request.getParameter(name));
    }

    private static boolean jta(HttpServletRequest request) {
        return "jta".equals(request.getParameter("mode"));
    }

    private void run(int units, int count, boolean jta) throws InterruptedException {
        reset();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(threads.newThread(() -> {
                for (int unit = 0; unit < units / count; unit++) {
                    unit(jta);
                }
            }));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void start(int count) {
        reset();
        paced = true;
        for (int i = 0; i < count; i++) {
            boolean jta = i % 2 == 1;
            running.add(threads.newThread(() -> {
                while (paced) {
                    unit(jta);
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

    private void reset() {
        served.clear();
        errors.clear();
        lateErrors.reset();
        committed.reset();
        marked = false;
        worstNanos.set(0);
    }

    private void unit(boolean jta) {
        long began = System.nanoTime();
        boolean late = marked;
        try {
            int port = jta ? write() : read();
            served.computeIfAbsent(port, any -> new LongAdder()).increment();
        } catch (Exception e) {
            errors.add(e.toString());
            if (late) {
                lateErrors.increment();
            }
        }
        worstNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
    }

    private int read() throws SQLException {
        try (Connection connection = shop.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT @@port");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private int write() throws Exception {
        transaction.begin();
        int port;
        try (Connection connection = shop.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO load_unit (port) VALUES (@@port)");
                PreparedStatement query = connection.prepareStatement("SELECT @@port")) {
            insert.executeUpdate();
            try (ResultSet row = query.executeQuery()) {
                row.next();
                port = row.getInt(1);
            }
        } catch (SQLException | RuntimeException e) {
            transaction.rollback();
            throw e;
        }
        transaction.commit();
        committed.increment();
        return port;
    }

    private void report(HttpServletResponse response) throws IOException, SQLException {
        Properties answer = new Properties();
        served.forEach((port, count) -> answer.setProperty("port." + port, Long.toString(count.sum())));
        answer.setProperty("errors", Integer.toString(errors.size()));
        errors.stream()
                .distinct()
                .limit(10)
                .forEach(error -> answer.setProperty("error." + errors.indexOf(error), error));
        answer.setProperty("errorsSinceMark", Long.toString(lateErrors.sum()));
        answer.setProperty("committed", Long.toString(committed.sum()));
        answer.setProperty("worstMillis", Long.toString(TimeUnit.NANOSECONDS.toMillis(worstNanos.get())));
        shop.unwrap(PeerControl.class).peers().forEach(peer -> {
            answer.setProperty("state." + peer.name(), peer.state());
            answer.setProperty("connections." + peer.name(), Integer.toString(peer.connections()));
        });
        response.setContentType("text/plain");
        answer.store(response.getOutputStream(), null);
    }
}
