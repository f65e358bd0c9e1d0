import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.client.interceptor.auth.BasicAuthProvider;
import org.camunda.bpm.client.task.ExternalTask;
import org.camunda.bpm.client.task.ExternalTaskService;

/**
 * Camunda's Java client. By itself it works on one task after the other; here it hands each to a thread of its own,
 * as many at once as there are slots, over as many connections.
 */
public final class Worker {
    private final HttpClient system = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final String systemUrl = System.getenv("BENCH_SYSTEM_URL");

    public static void main(String[] arguments) {
        Worker worker = new Worker();
        int slots = Integer.parseInt(System.getenv("BENCH_SLOTS"));
        var free = new Semaphore(slots);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        client(slots).subscribe(System.getenv("BENCH_TOPIC")).variables("account").handler((task, service) -> {
            free.acquireUninterruptibly();
            threads.execute(() -> {
                try {
                    worker.serve(task, service);
                } catch (Exception error) {
                    service.handleFailure(task, "failed", error.toString(), 0, 0);
                } finally {
                    free.release();
                }
            });
        }).open();
    }

    private static ExternalTaskClient client(int slots) {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(slots + 1).setMaxConnPerRoute(slots + 1).build();
        return ExternalTaskClient.create()
            .baseUrl(System.getenv("BENCH_ENGINE_URL"))
            .workerId("java")
            .addInterceptor(new BasicAuthProvider(System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD")))
            .customizeHttpClient(http -> http.setConnectionManager(connections))
            .maxTasks(slots)
            .lockDuration(60_000)
            .asyncResponseTimeout(5_000)
            .disableBackoffStrategy()
            .build();
    }

    private void serve(ExternalTask task, ExternalTaskService service) throws Exception {
        URI uri = URI.create(systemUrl + "/accounts/" + task.<String>getVariable("account"));
        var request = HttpRequest.newBuilder(uri).build();
        var answer = json.readTree(system.send(request, HttpResponse.BodyHandlers.ofString()).body());
        service.complete(task, Map.of("balance", answer.at("/balance/amount").asInt()));
    }
}
